/** kafkajs repeats an idempotent batch whose answer was lost; the broker keeps it once. (kcat ends with its connection.) */
import kafkajs from 'kafkajs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { KafkaClient } from '../client/index.ts'
import { nodeClientParts } from '../host-node/index.ts'
import { type LossyProxy, startLossyProxy } from './testing/lossy-proxy.ts'
import { startTestBroker, type TestBroker } from './testing/test-broker.ts'

let proxy: LossyProxy
let broker: TestBroker
beforeEach(async () => {
  proxy = await startLossyProxy(2)
  const advertised = { host: '127.0.0.1', port: proxy.port }
  broker = await startTestBroker({ settings: { advertised } })
  proxy.target = broker.broker.port
})
afterEach(async () => {
  proxy.close()
  await broker.close()
})

async function valuesOf(topic: string): Promise<string[]> {
  const bootstrap = [{ host: '127.0.0.1', port: broker.broker.port }]
  const client = new KafkaClient({ ...(await nodeClientParts()), bootstrap })
  const reader = client.reader({ topic, partition: 0, offset: 0 })
  const records = reader.decode(await reader.read())
  reader.close()
  client.close()
  return records.map((record) => new TextDecoder().decode(record.value ?? undefined))
}

it('keeps what kafkajs repeats once', async () => {
  const kafka = new kafkajs.Kafka({
    brokers: [`127.0.0.1:${proxy.port}`],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 20 },
  })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  for (const value of ['a', 'b', 'c']) await producer.send({ topic: 't', messages: [{ value }] })
  await producer.disconnect()
  expect(proxy.lost).toBe(2)
  expect(await valuesOf('t')).toEqual(['a', 'b', 'c'])
})
