import { rmSync } from 'node:fs'
import { createTRPCClient, httpLink } from '@trpc/client'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, expect, it } from 'vitest'
import type { AppRouter } from '../router.ts'
import { type Spawned, startCli } from '../testing/spawn-cli.ts'
import { temporaryDirectory } from '../testing/start-test-server.ts'

const directory = temporaryDirectory()
const running: Spawned[] = []
afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    child.kill('SIGKILL')
    await exited
  }
  rmSync(directory, { recursive: true, force: true })
})

async function started() {
  const server = await startCli(directory)
  running.push(server)
  const client = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${server.ready.studio}/trpc` })],
  })
  return { server, client }
}

it('records that another Kafka client wrote into the studio own topics do not keep it from starting', {
  timeout: 60_000,
}, async () => {
  const first = await started()
  await first.client.pipelines.create.mutate({ name: 'Mine' })
  const kafka = new Kafka({ brokers: [first.server.ready.kafka], logLevel: logLevel.NOTHING })
  const producer = kafka.producer()
  await producer.connect()
  const strange = ['not JSON', '{}', 'null', '7', '{"is":"draft","id":"x"}', null]
  for (const topic of ['_millrace_pipelines', '_millrace_runs', '_millrace_audit', '_schemas']) {
    const messages = strange.map((value, i) => ({ key: i % 2 === 0 ? `k${i}` : null, value }))
    await producer.send({ topic, messages })
  }
  await producer.disconnect()
  first.server.child.kill('SIGTERM')
  expect(await first.server.exited).toBe(0)

  const again = await started()
  const names = (await again.client.pipelines.list.query()).map(({ name }) => name)
  expect(names).toEqual(['Mine'])
  expect(again.server.errors()).toMatch(/Passed over a record of _millrace_pipelines at offset \d+/)
  expect((await again.client.system.audit.query({})).every(({ words }) => words !== '')).toBe(true)
  const registered = await fetch(`${again.server.ready.registry}/subjects/x/versions`, {
    method: 'POST',
    body: JSON.stringify({ schema: '"string"' }),
  })
  expect(registered.status).toBe(200)
})
