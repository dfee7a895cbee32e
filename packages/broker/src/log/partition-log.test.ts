import { CrashingFs, MemoryFs, seededRandom } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { at, viewOf } from '../records/batch-header.ts'
import type { PartitionLog } from './api.ts'
import { batchOf, readAll, recordsIn, testLogs, testPartition } from './testing/log-kit.ts'

function fetched(log: PartitionLog, offset: number, maxBytes = 1_000_000): string[] {
  const result = log.read(offset, { maxBytes, atLeastOneBatch: true })
  return result.error === 'NONE' ? recordsIn(result.bytes) : [result.error]
}

describe('a partition log', () => {
  it('gives each batch its offset in place and returns it as received', () => {
    const log = testPartition(testLogs().logs)
    expect(log.append(batchOf(['a', 'b']))).toMatchObject({ error: 'NONE', baseOffset: 0 })
    const sent = batchOf(['c'], { compression: 'lz4' })
    expect(log.append(sent)).toMatchObject({ baseOffset: 2, nextOffset: 3, duplicate: false })
    expect(log.highWatermark).toBe(3)
    expect(fetched(log, 0)).toEqual(['0:a', '1:b', '2:c'])
    const last = log.read(2, { maxBytes: 1000 })
    expect(last.error === 'NONE' && Buffer.compare(last.bytes, sent)).toBe(0)
  })

  it('answers from the base of the batch that holds the offset, and nothing at the end', () => {
    const log = testPartition(testLogs().logs)
    log.append(batchOf(['a', 'b', 'c']))
    expect(fetched(log, 2)).toEqual(['0:a', '1:b', '2:c'])
    expect(fetched(log, 3)).toEqual([])
    expect(fetched(log, 4)).toEqual(['OFFSET_OUT_OF_RANGE'])
  })

  it('hands out a batch larger than asked for only when told to (KIP-74)', () => {
    const log = testPartition(testLogs().logs)
    log.append(batchOf(['x'.repeat(20_000)]))
    log.append(batchOf(['y']))
    expect(log.read(0, { maxBytes: 100 })).toMatchObject({ bytes: new Uint8Array(0) })
    expect(fetched(log, 0, 100)).toHaveLength(1)
  })

  it('rolls segments by size and by age, and reads across them', () => {
    const { logs, time, fs } = testLogs()
    const log = testPartition(logs, 't', { 'segment.bytes': '1024', 'segment.ms': '5000' })
    for (let i = 0; i < 30; i++) log.append(batchOf([`value-${i}`.padEnd(100, '.')]))
    time.advance(6000)
    log.append(batchOf(['after']))
    const directory = `data/topics/${fs.listSync('data/topics')[0]}/0`
    const segments = fs.listSync(directory).filter((name) => name.endsWith('.log'))
    expect(segments.length).toBeGreaterThan(4)
    expect(segments.sort().at(-1)).toBe('00000000000000000030.log')
    expect(readAll(log)).toHaveLength(31)
  })

  it('is the same after a clean end, and after none', async () => {
    const fs = new MemoryFs()
    const first = testLogs(fs)
    const log = testPartition(first.logs, 't', { 'segment.bytes': '1024' })
    for (let i = 0; i < 40; i++) log.append(batchOf([`${i}`.padEnd(60, '.')]))
    const expected = readAll(log)
    const crashed = testLogs(fs)
    expect(crashed.logs.cleanStart).toBe(false)
    expect(readAll(crashed.logs.partition('t', 0)!)).toEqual(expected)
    await crashed.logs.close()
    const clean = testLogs(fs)
    expect(clean.logs.cleanStart).toBe(true)
    expect(readAll(clean.logs.partition('t', 0)!)).toEqual(expected)
    expect(clean.logs.partition('t', 0)!.append(batchOf(['next']))).toMatchObject({
      baseOffset: 40,
    })
  })

  it('answers a repeated batch with the offset of the first, also after a restart', async () => {
    const fs = new MemoryFs()
    const first = testLogs(fs)
    const log = testPartition(first.logs)
    const batch = (sequence: number) =>
      batchOf([`s${sequence}`], { producerId: 7, producerEpoch: 0, baseSequence: sequence })
    for (let sequence = 0; sequence < 6; sequence++) log.append(batch(sequence))
    expect(log.append(batch(3))).toMatchObject({ baseOffset: 3, nextOffset: 4, duplicate: true })
    expect(log.append(batch(0))).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    expect(log.append(batch(8))).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    for (const clean of [false, true]) {
      const again = testLogs(fs)
      const reopened = again.logs.partition('t', 0)!
      expect(reopened.append(batch(5))).toMatchObject({ baseOffset: 5, duplicate: true })
      expect(reopened.append(batch(9))).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
      if (!clean) await again.logs.close()
    }
  })

  it('fences an older epoch and starts a newer one at sequence 0', () => {
    const log = testPartition(testLogs().logs)
    const batch = (producerEpoch: number, baseSequence: number) =>
      batchOf(['v'], { producerId: 7, producerEpoch, baseSequence })
    expect(log.append(batch(1, 40))).toMatchObject({ error: 'NONE' })
    expect(log.append(batch(0, 41))).toMatchObject({ error: 'INVALID_PRODUCER_EPOCH' })
    expect(log.append(batch(2, 41))).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    expect(log.append(batch(2, 0))).toMatchObject({ error: 'NONE' })
  })

  it('wraps sequences after 2^31 - 1', () => {
    const log = testPartition(testLogs().logs)
    const batch = (baseSequence: number) =>
      batchOf(['a', 'b'], { producerId: 1, producerEpoch: 0, baseSequence })
    expect(log.append(batch(2 ** 31 - 2))).toMatchObject({ error: 'NONE' })
    expect(log.append(batch(0))).toMatchObject({ error: 'NONE', baseOffset: 2 })
  })

  it('refuses a batch beyond max.message.bytes and keeps nothing of a refused one', () => {
    const log = testPartition(testLogs().logs, 't', { 'max.message.bytes': '200' })
    expect(log.append(batchOf(['x'.repeat(300)]))).toMatchObject({ error: 'MESSAGE_TOO_LARGE' })
    expect(log.logEnd).toBe(0)
  })

  it('stamps log append time with a checksum that holds', () => {
    const { logs, time, fs } = testLogs()
    const log = testPartition(logs, 't', { 'message.timestamp.type': 'LogAppendTime' })
    const now = time.now()
    expect(log.append(batchOf(['a', 'b']))).toMatchObject({ logAppendTime: now })
    expect(log.offsetForTimestamp(5)).toEqual({ offset: 0, timestamp: now })
    expect(readAll(testLogs(fs).logs.partition('t', 0)!)).toEqual(['0:a', '1:b'])
  })

  it('puts a wrong max timestamp right, because look-ups by time rely on it', () => {
    const log = testPartition(testLogs().logs)
    const batch = batchOf(['a', 'b'], { timestamp: 50 })
    viewOf(batch).setInt32(at.maxTimestamp + 4, 7)
    const crc = testLogs().environment.crc32c(batch.subarray(at.attributes))
    viewOf(batch).setUint32(at.crc, crc)
    log.append(batch)
    expect(log.offsetForTimestamp(51)).toEqual({ offset: 1, timestamp: 51 })
  })
})

describe('offsets by time', () => {
  it('finds the first record at or after a time, across segments and compressed batches', () => {
    const { logs } = testLogs()
    const log = testPartition(logs, 't', { 'segment.bytes': '1024' })
    for (let i = 0; i < 50; i++) {
      const compression = i % 2 ? 'zstd' : 'none'
      log.append(batchOf(['a'.repeat(40), 'b', 'c'], { timestamp: i * 10, compression }))
    }
    expect(log.offsetForTimestamp(-1)).toEqual({ offset: 0, timestamp: 0 })
    expect(log.offsetForTimestamp(331)).toEqual({ offset: 100, timestamp: 331 })
    expect(log.offsetForTimestamp(333)).toEqual({ offset: 102, timestamp: 340 })
    expect(log.offsetForTimestamp(493)).toBeUndefined()
    expect(log.maxTimestamp()).toEqual({ offset: 149, timestamp: 492 })
  })

  it('has no answer for an empty log', () => {
    const log = testPartition(testLogs().logs)
    expect(log.offsetForTimestamp(0)).toBeUndefined()
    expect(log.maxTimestamp()).toBeUndefined()
  })
})

describe('the fsync profile', () => {
  it('shows nothing beyond what is on the device', async () => {
    const fs = new CrashingFs(seededRandom(1))
    const { logs } = testLogs(fs, { durability: 'fsync' })
    const log = testPartition(logs)
    const advanced: number[] = []
    log.onAdvance(() => advanced.push(log.highWatermark))
    log.append(batchOf(['a'], { timestamp: 5 }))
    log.append(batchOf(['b'], { timestamp: 6 }))
    expect([log.logEnd, log.highWatermark]).toEqual([2, 0])
    expect(fetched(log, 0)).toEqual([])
    expect(fetched(log, 1)).toEqual(['OFFSET_OUT_OF_RANGE'])
    expect(log.maxTimestamp()).toBeUndefined()
    await log.whenSafe(2)
    expect(fetched(log, 0)).toEqual(['0:a', '1:b'])
    expect(log.maxTimestamp()).toEqual({ offset: 1, timestamp: 6 })
    expect(advanced.at(-1)).toBe(2)
  })

  it('stops the log when a sync fails, and says so to everyone', async () => {
    const fs = new CrashingFs(seededRandom(1))
    const { logs } = testLogs(fs, { durability: 'fsync' })
    const log = testPartition(logs)
    log.append(batchOf(['a']))
    await log.whenSafe(1)
    fs.failNextSync = true
    const appended = log.append(batchOf(['b']))
    expect(appended).toMatchObject({ error: 'NONE', nextOffset: 2 })
    await expect(log.whenSafe(2)).rejects.toMatchObject({ code: 'log-stopped' })
    expect(log.append(batchOf(['c']))).toMatchObject({ error: 'KAFKA_STORAGE_ERROR' })
    expect(fetched(log, 0)).toEqual(['0:a'])
  })
})
