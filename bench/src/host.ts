/** Broker and job host in a process of their own: what the benchmark measures when it composes the parts itself. */
import { systemEnvironment } from '@millrace/base/platform'
import { startBroker } from '@millrace/broker/host-node'
import { createJobHost, type JobHandle } from '@millrace/engine/host-node'
import type { PhysicalPlan } from '@millrace/engine/plan'

const dataDir = process.env.MILLRACE_BENCH_DATA ?? ''
const broker = await startBroker({ dataDir: `${dataDir}/broker`, port: 0 })
const host = createJobHost({
  dataDir,
  clock: systemEnvironment.clock,
  scheduler: systemEnvironment.scheduler,
  broker: { host: '127.0.0.1', port: broker.port },
  registry: null,
  leasePort: () => broker.leasePort(),
  workerEntry: new URL('./engine-worker.ts', import.meta.url),
  log: (message) => process.stderr.write(`${message}\n`),
})
process.send?.({ is: 'ready', port: broker.port })
type ToHost = { is: 'start'; plan: PhysicalPlan } | { is: 'stop-job' } | { is: 'stop' }

let job: JobHandle | undefined
process.on('message', async (message: ToHost) => {
  if (message.is === 'start') {
    job = await host.start({ plan: message.plan, restore: false })
    process.send?.({ is: 'started' })
  } else if (message.is === 'stop-job') {
    await job?.stop()
    process.send?.({ is: 'stopped' })
  } else {
    await host.close()
    await broker.close()
    process.disconnect()
  }
})
