import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunView } from '../api-types.ts'
import { order, orderCounts } from '../testing/pipelines.ts'
import { eventually, startTestServer, type TestServer } from '../testing/start-test-server.ts'

let test: TestServer
beforeAll(async () => {
  test = await startTestServer()
}, 60_000)
afterAll(() => test.close(), 60_000)

const status = (pipeline: string) => () => test.caller.runs.status({ pipeline })
const failed = (view: RunView) => view.state === 'failed'

it('a topic that is deleted under a running pipeline fails it by name, made anew or not', {
  timeout: 60_000,
}, async () => {
  const { pipelines, topics, runs } = test.caller
  await topics.create({ name: 'gone', partitions: 2 })
  const document = orderCounts({ from: 'gone', to: 'gone.counts' })
  const { id, revision } = await pipelines.create({ name: 'Loser', document })
  await pipelines.deploy({ id, revision })
  await topics.produce({ name: 'gone', messages: [order('a', 1, 1000), order('b', 2, 2000)] })
  await eventually(status(id), ({ facts }) => facts?.nodes.orders?.ledger.in === 2)
  await runs.checkpoint({ pipeline: id })
  await topics.delete({ name: 'gone', force: true })
  const lost = await eventually(status(id), failed)
  expect(lost.failure).toMatchObject({
    code: 'checkpoint-refused',
    message: expect.stringMatching(/"gone", partition 0.*that partition does not exist/),
  })
  const [{ failures }] = await runs.history({ pipeline: id })
  expect(failures[0]).toMatchObject({
    node: 'orders',
    message: expect.stringMatching(/partition \d of topic gone: .* the topic was deleted\.$/),
  })

  await topics.create({ name: 'gone', partitions: 2 })
  await expect(pipelines.start({ id })).rejects.toMatchObject({
    code: 'PRECONDITION_FAILED',
    message: expect.stringMatching(/"gone", partition 0.*was made anew/),
  })
})

it('a start at committed offsets that the topic does not reach is refused by name', {
  timeout: 60_000,
}, async () => {
  const { pipelines, topics } = test.caller
  await topics.create({ name: 'short' })
  const kafka = new Kafka({
    brokers: [test.server.addresses.kafka],
    logLevel: logLevel.NOTHING,
  })
  const admin = kafka.admin()
  await admin.connect()
  const partitions = [{ partition: 0, offset: '999' }]
  await admin.setOffsets({ groupId: 'far', topic: 'short', partitions })
  await admin.disconnect()
  const document = orderCounts({ from: 'short', to: 'short.counts' })
  Object.assign(document.nodes[0].config, { start: 'committed', group: 'far' })
  const { id, revision } = await pipelines.create({ name: 'Ahead', document })
  await pipelines.deploy({ id, revision })
  const view = await eventually(status(id), failed)
  expect(view.failure).toMatchObject({
    code: 'committed-beyond-log-end',
    node: 'orders',
    message: expect.stringMatching(
      /Group far has committed offset 999 of partition 0 of topic short/,
    ),
  })
})
