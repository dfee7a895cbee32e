import {
  type FileHandle,
  MemoryFs,
  type OpenMode,
  randomInteger,
  seededRandom,
} from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { compressionNames } from '../compression/codec.ts'
import { BatchBuilder } from '../records/batch-builder.ts'
import type { LogManager } from './api.ts'
import { connectInThread } from './in-thread-port.ts'
import { createReaderHub, type ReaderHub } from './log-reader.ts'
import type { LogReader, RecordBlock } from './reader-api.ts'
import { batchOf, testCodecs, testLogs, testPartition } from './testing/log-kit.ts'

function hubFor(kit: { logs: LogManager; fs: MemoryFs | ReturnType<typeof testLogs>['fs'] }) {
  return createReaderHub({ fs: kit.fs, codecs: testCodecs, port: connectInThread(kit.logs.door) })
}

function valuesOf(block: RecordBlock): string[] {
  const values: string[] = []
  for (let i = 0; i < block.count; i++) {
    const value = block.bytes.subarray(block.valueStart[i], block.valueEnd[i])
    values.push(`${block.offsets[i]}:${new TextDecoder().decode(value)}`)
  }
  return values
}

/** Every record from the position to the end. */
function drain(reader: LogReader, maxBytes = 300): string[] {
  const values: string[] = []
  for (;;) {
    const result = reader.read(maxBytes)
    if (result.is === 'end') return values
    if (result.is !== 'records') throw new Error(`reading is ${result.is}`)
    values.push(...valuesOf(result.block))
  }
}

function open(hub: ReaderHub, offset = 0): LogReader {
  return hub.open({ topic: 't', partition: 0, offset })
}

/** Memory files that count what is read and may fail behind an append. */
class WatchedFs extends MemoryFs {
  bytesRead = 0
  bytesWritten = 0
  afterAppend: () => void = () => {}
  readonly logs = testLogs(this).logs

  override openSync(path: string, mode: OpenMode): FileHandle {
    const file = super.openSync(path, mode)
    const { appendSync, readIntoSync } = file
    return Object.assign(file, {
      appendSync: (bytes: Uint8Array) => {
        appendSync.call(file, bytes)
        if (!path.includes('/topics/')) return
        this.bytesWritten += bytes.length
        this.afterAppend()
      },
      readIntoSync: (position: number, target: Uint8Array) => {
        const count = readIntoSync.call(file, position, target)
        this.bytesRead += count
        return count
      },
    })
  }
}

describe('an in-process reader', () => {
  it('reads what is there, then what comes, from an empty log on', () => {
    const kit = testLogs()
    const log = testPartition(kit.logs)
    const reader = open(hubFor(kit))
    expect(reader.read(100)).toEqual({ is: 'end', nextOffset: 0 })
    log.append(batchOf(['a', 'b']))
    expect(reader.available()).toBe(2)
    expect(drain(reader)).toEqual(['0:a', '1:b'])
    log.append(batchOf(['c'], { compression: 'snappy' }))
    expect(drain(reader)).toEqual(['2:c'])
    expect([reader.position(), reader.available()]).toEqual([3, 0])
  })

  it('follows segments as they are rolled', () => {
    const kit = testLogs()
    const log = testPartition(kit.logs, 't', { 'segment.bytes': '1024' })
    const reader = open(hubFor(kit))
    const expected: string[] = []
    const seen: string[] = []
    for (let i = 0; i < 60; i++) {
      log.append(batchOf([`${i}`.padEnd(50, '.')]))
      expected.push(`${i}:${String(i).padEnd(50, '.')}`)
      if (i % 7 === 0) seen.push(...drain(reader))
    }
    seen.push(...drain(reader))
    expect(seen).toEqual(expected)
  })

  it('begins inside a batch, and goes elsewhere when told', () => {
    const kit = testLogs()
    const log = testPartition(kit.logs, 't', { 'segment.bytes': '1024' })
    for (let i = 0; i < 30; i++) log.append(batchOf(['x'.repeat(60), `${i}`, 'z']))
    const reader = open(hubFor(kit), 46)
    expect(drain(reader).slice(0, 2)).toEqual(['46:15', '47:z'])
    reader.seek(1)
    expect(drain(reader)).toHaveLength(89)
    reader.seek(88)
    expect(drain(reader)).toEqual(['88:29', '89:z'])
  })

  it('ends batches where they were sent, whatever sizes are asked for', () => {
    const kit = testLogs()
    const log = testPartition(kit.logs)
    for (const size of [3, 1, 4, 2]) log.append(batchOf(Array.from({ length: size }, () => 'v')))
    const hub = hubFor(kit)
    for (const maxBytes of [1, 150, 10_000]) {
      const reader = open(hub)
      const ends: number[] = []
      for (
        let result = reader.read(maxBytes);
        result.is === 'records';
        result = reader.read(maxBytes)
      ) {
        const { block } = result
        for (let b = 0; b < block.batchCount; b++) ends.push(block.offsets[block.batchEnd[b] - 1])
      }
      expect(ends).toEqual([2, 3, 7, 9])
    }
  })

  it('passes over control batches and does not stop at them', () => {
    const kit = testLogs()
    const log = testPartition(kit.logs)
    log.append(batchOf(['a']))
    const control = new BatchBuilder({ crc32c: kit.environment.crc32c, attributes: 32 })
    control.append(1, new Uint8Array([0, 0, 0, 1]), new Uint8Array(6))
    log.append(control.build(), { origin: 'internal' })
    log.append(batchOf(['b']))
    expect(drain(open(hubFor(kit)))).toEqual(['0:a', '2:b'])
    log.append(refill(control).build(), { origin: 'internal' })
    const reader = open(hubFor(kit), 3)
    expect(reader.read(100)).toEqual({ is: 'end', nextOffset: 4 })
  })

  it('does not see beyond the high watermark', async () => {
    const kit = testLogs(new MemoryFs(), { durability: 'fsync' })
    const log = testPartition(kit.logs)
    const reader = open(hubFor(kit))
    log.append(batchOf(['a']))
    expect(reader.read(100)).toEqual({ is: 'end', nextOffset: 0 })
    await log.whenSafe(1)
    expect(drain(reader)).toEqual(['0:a'])
  })

  it('rings the doorbell when something can be read', () => {
    const kit = testLogs()
    const log = testPartition(kit.logs)
    const word = new Int32Array(new SharedArrayBuffer(8))
    const reader = hubFor(kit).open({
      topic: 't',
      partition: 0,
      offset: 0,
      doorbell: { word, index: 1 },
    })
    const before = word[1]
    log.append(batchOf(['a']))
    expect(word[1]).toBe(before + 1)
    reader.close()
    log.append(batchOf(['b']))
    expect(word[1]).toBe(before + 1)
  })

  it('says when an offset is out of range, and where the log is', () => {
    const kit = testLogs()
    testPartition(kit.logs).append(batchOf(['a']))
    expect(open(hubFor(kit), 5).read(100)).toEqual({
      is: 'out-of-range',
      logStart: 0,
      highWatermark: 1,
    })
  })

  it('fails by name for a partition that is not there or goes away', () => {
    const kit = testLogs()
    const hub = hubFor(kit)
    expect(open(hub).read(100)).toMatchObject({ is: 'failed', error: { code: 'log-gone' } })
    testPartition(kit.logs).append(batchOf(['a']))
    const reader = open(hub)
    kit.logs.deleteTopic('t')
    hub.poll()
    expect(reader.read(100)).toMatchObject({ is: 'failed', error: { code: 'log-gone' } })
  })

  it('keeps the files of a deleted topic until its lease ends, at the latest until the deadline', () => {
    for (const end of ['close', 'deadline'] as const) {
      const kit = testLogs()
      testPartition(kit.logs).append(batchOf(['a']))
      const reader = open(hubFor(kit))
      kit.logs.deleteTopic('t')
      expect(kit.fs.listSync('data/topics')).toHaveLength(1)
      if (end === 'close') reader.close()
      else kit.time.advance(31_000)
      expect(kit.fs.listSync('data/topics')).toHaveLength(0)
    }
  })

  it.each(compressionNames)('reads %s batches from the file once', (compression) => {
    const fs = new WatchedFs()
    const log = testPartition(fs.logs)
    const random = seededRandom(1)
    const noise = () => Array.from({ length: 4000 }, () => randomInteger(random, 0, 9)).join('')
    for (let i = 0; i < 50; i++) log.append(batchOf([noise()], { compression }))
    const reader = open(hubFor({ logs: fs.logs, fs }))
    expect(drain(reader, fs.bytesWritten / 40)).toHaveLength(50)
    expect(fs.bytesRead).toBeLessThan(fs.bytesWritten * 1.1)
  })

  it('reads again what lay behind the end when it read last', () => {
    const fs = new WatchedFs()
    const log = testPartition(fs.logs)
    log.append(batchOf(['a'], { compression: 'gzip' }))
    const reader = open(hubFor({ logs: fs.logs, fs }))
    const seen: string[] = []
    fs.afterAppend = () => {
      seen.push(...valuesOf((reader.read(10_000) as { block: RecordBlock }).block))
      throw new Error('the device is gone')
    }
    expect(log.append(batchOf(['lost'])).error).not.toBe('NONE')
    fs.afterAppend = () => {}
    log.append(batchOf(['kept']))
    seen.push(...drain(reader, 10_000))
    expect(seen).toEqual(['0:a', '1:kept'])
  })

  it('reads the same as was written, for 100 seeds of batches, codecs and sizes', () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = seededRandom(seed)
      const kit = testLogs()
      const log = testPartition(kit.logs, 't', { 'segment.bytes': '4096' })
      const reader = open(hubFor(kit))
      const expected: string[] = []
      const seen: string[] = []
      for (let batch = 0; batch < 30; batch++) {
        const values = Array.from({ length: randomInteger(random, 1, 8) }, (_, i) =>
          `${batch}/${i}`.repeat(randomInteger(random, 1, 40)),
        )
        for (const value of values) expected.push(`${expected.length}:${value}`)
        log.append(batchOf(values, { compression: compressionNames[randomInteger(random, 0, 4)] }))
        if (random.next() < 0.3) seen.push(...drain(reader, randomInteger(random, 1, 5000)))
      }
      seen.push(...drain(reader))
      expect(seen, `seed ${seed}`).toEqual(expected)
    }
  })
})

function refill(builder: BatchBuilder): BatchBuilder {
  builder.append(1, new Uint8Array([0, 0, 0, 0]), new Uint8Array(6))
  return builder
}
