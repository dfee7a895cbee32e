/** A process of its own with a broker and one job, for tests that kill it: says its port, then that the job runs. */
import { systemEnvironment } from '@millrace/base/platform'
import { startBroker } from '@millrace/broker/host-node'
import { createJobHost } from '../node-job-host.ts'
import { type OrdersPlanOptions, ordersPlan } from './plans.ts'

const [dataDir, plan] = JSON.parse(process.env.MILLRACE_JOB ?? '') as [string, OrdersPlanOptions]
const { clock, scheduler } = systemEnvironment
const log = (message: string) => process.stderr.write(`${message}\n`)
const broker = await startBroker({ dataDir: `${dataDir}/broker`, port: 0 })
process.send?.({ port: broker.port })
const host = createJobHost({
  dataDir,
  clock,
  scheduler,
  broker: { host: '127.0.0.1', port: broker.port },
  registry: null,
  leasePort: () => broker.leasePort(),
  workerEntry: new URL('./engine-worker.ts', import.meta.url),
  log,
})
process.on('message', async (message) => {
  if (message === 'start') {
    const job = await host.start({ plan: ordersPlan(plan), restore: true })
    process.send?.({ status: job.status() })
    job.onStatus((status) => process.send?.({ status }))
  }
  if (message === 'stop') {
    await host.close()
    await broker.close()
    process.disconnect()
  }
})
