/** For tests: a log manager on memory files and virtual time, and short ways to make and read batches. */
import { encodeUtf8, type Fs, MemoryFs, seededRandom, VirtualTime } from '@millrace/base'
import type { Codecs, CompressionName } from '../../compression/codec.ts'
import { loadNodeCodecs } from '../../compression/node/codecs.ts'
import { crc32cNative } from '../../compression/node/crc32c.ts'
import { BatchBuilder } from '../../records/batch-builder.ts'
import { batchHeaderSize, readBatchHeader, viewOf } from '../../records/batch-header.ts'
import { RecordCursor } from '../../records/record-cursor.ts'
import { recordsOf } from '../../records/records-of.ts'
import type { LogEnvironment, LogManager, LogManagerOptions } from '../api.ts'
import { openLogManager } from '../log-manager.ts'

export const testCodecs: Codecs = await loadNodeCodecs()

export function testEnvironment(fs: Fs = new MemoryFs(), seed = 1) {
  const time = new VirtualTime(1_700_000_000_000)
  const environment: LogEnvironment = {
    fs,
    clock: time,
    scheduler: time,
    random: seededRandom(seed),
    codecs: testCodecs,
    crc32c: crc32cNative,
  }
  return { environment, time, fs }
}

export function testLogs(fs: Fs = new MemoryFs(), options: Partial<LogManagerOptions> = {}) {
  const kit = testEnvironment(fs)
  const logs = openLogManager({ environment: kit.environment, directory: 'data', ...options })
  return { ...kit, logs }
}

/** Creates `topic` with one partition and opens it. */
export function testPartition(logs: LogManager, topic = 't', configs: Record<string, string> = {}) {
  logs.createTopic({ name: topic, partitions: 1, configs: new Map(Object.entries(configs)) })
  const log = logs.partition(topic, 0)
  if (!log) throw new Error(`no partition of ${topic}`)
  return log
}

export interface TestBatch {
  compression?: CompressionName
  timestamp?: number
  producerId?: number
  producerEpoch?: number
  baseSequence?: number
}

/** One batch, a record for each value; timestamps go up by one. */
export function batchOf(values: readonly string[], options: TestBatch = {}): Uint8Array {
  const { timestamp = 1000, ...rest } = options
  const builder = new BatchBuilder({ crc32c: crc32cNative, codecs: testCodecs, ...rest })
  values.forEach((value, index) => {
    builder.append(timestamp + index, null, encodeUtf8(value))
  })
  return builder.build()
}

/** `offset:value` of every record in `bytes`. */
export function recordsIn(bytes: Uint8Array): string[] {
  const seen: string[] = []
  const cursor = new RecordCursor()
  const view = viewOf(bytes)
  for (let position = 0; position + batchHeaderSize <= bytes.length; ) {
    const header = readBatchHeader(view, position)
    cursor.begin(bytes, position, recordsOf(bytes, position, header, testCodecs))
    while (cursor.next()) {
      const value = cursor.bytes.subarray(cursor.valueStart, cursor.valueEnd)
      seen.push(`${cursor.offset}:${new TextDecoder().decode(value)}`)
    }
    position += header.size
  }
  return seen
}

/** Everything below the high watermark, read as a consumer does. */
export function readAll(log: {
  logStart: number
  highWatermark: number
  read(offset: number, options: { maxBytes: number; atLeastOneBatch: boolean }): unknown
}): string[] {
  const seen: string[] = []
  for (let offset = log.logStart; offset < log.highWatermark; ) {
    const result = log.read(offset, { maxBytes: 500, atLeastOneBatch: true }) as {
      error: string
      bytes: Uint8Array
    }
    if (result.error !== 'NONE' || result.bytes.length === 0) throw new Error(`stuck at ${offset}`)
    const records = recordsIn(result.bytes)
    seen.push(...records)
    offset = Number(records[records.length - 1].split(':')[0]) + 1
  }
  return seen
}
