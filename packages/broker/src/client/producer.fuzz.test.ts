/**
 * Producers over connections that break. Invariants, for each seed:
 * 1. every acknowledged record is in the log at the position that was answered;
 * 2. no record is there twice (idempotence over repeats);
 * 3. records of one partition keep the order in which they were appended.
 */
import { encodeUtf8, randomInteger, seededRandom } from '@millrace/base'
import { expect, it } from 'vitest'
import { recordsIn } from '../log/testing/log-kit.ts'
import { clientKit, type Fate } from './testing/client-kit.ts'

const seeds = 200

async function runSeed(seed: number): Promise<void> {
  const random = seededRandom(seed)
  let calm = true
  const decide = (): Fate => {
    if (calm || random.next() > 0.15) return 'arrives'
    return random.next() < 0.5 ? 'lost' : 'arrives-then-lost'
  }
  const { client, run, logs } = await clientKit({ faults: { decide }, client: { retriesMax: 50 } })
  logs.createTopic({ name: 't', partitions: 3 })
  const producer = await run(client.producer({ batchBytes: 200, deliveryTimeoutMs: 10_000_000 }))
  await run(producer.partitionsOf('t'))
  calm = false
  const sent: Promise<{ partition: number; offset: number }[]>[] = []
  const sentValues: string[][] = [[], [], []]
  for (let i = 0; i < 60; i++) {
    const partition = randomInteger(random, 0, 2)
    sentValues[partition].push(`${i}`)
    sent.push(producer.send('t', [{ partition, value: encodeUtf8(`${i}`) }]))
    if (random.next() < 0.1) await Promise.resolve()
  }
  const positions = (await run(Promise.all(sent))).flat()
  const read = [0, 1, 2].map((partition) => {
    const answer = logs.partition('t', partition)?.read(0, { maxBytes: 1 << 24 })
    return answer?.error === 'NONE' ? recordsIn(answer.bytes) : []
  })
  for (const [partition, records] of read.entries()) {
    const values = records.map((text) => text.split(':')[1])
    expect(values, `seed ${seed} partition ${partition}`).toEqual(sentValues[partition])
  }
  for (const [i, { partition, offset }] of positions.entries()) {
    expect(read[partition], `seed ${seed}`).toContain(`${offset}:${i}`)
  }
}

it(`writes each record once and in order over breaking connections (${seeds} seeds)`, async () => {
  for (let seed = 1; seed <= seeds; seed++) await runSeed(seed)
}, 60_000)
