// Invariants, whatever a crash or a stray hand leaves in the files: recovery never throws; what it keeps is a prefix of what
// was written, in whole batches; recovering again changes nothing; and the log takes batches afterwards.
import { type Fs, MemoryFs, randomInteger, readFileSync, seededRandom } from '@millrace/base'
import { expect, it } from 'vitest'
import { batchOf, readAll, testLogs, testPartition } from './testing/log-kit.ts'

function directoryOf(fs: Fs): string {
  return `data/topics/${fs.listSync('data/topics')[0]}/0`
}

function write(fs: Fs, path: string, bytes: Uint8Array): void {
  fs.removeSync(path)
  const file = fs.openSync(path, 'create')
  file.appendSync(bytes)
  file.close()
}

function damage(fs: Fs, seed: number): void {
  const random = seededRandom(seed + 1_000_000)
  const directory = directoryOf(fs)
  const names = fs.listSync(directory).sort()
  for (let hits = randomInteger(random, 1, 4); hits > 0; hits--) {
    const path = `${directory}/${names[randomInteger(random, 0, names.length - 1)]}`
    const bytes = readFileSync(fs, path)
    if (!bytes || bytes.length === 0) continue
    const at = randomInteger(random, 0, bytes.length - 1)
    const kind = randomInteger(random, 0, 3)
    if (kind === 0) write(fs, path, bytes.slice(0, at))
    else if (kind === 1) fs.removeSync(path)
    else {
      const end = kind === 2 ? at + 1 : Math.min(bytes.length, at + 500)
      for (let i = at; i < end; i++) bytes[i] = kind === 2 ? bytes[i] ^ 64 : 0
      write(fs, path, bytes)
    }
  }
}

it('keeps a valid prefix of any damaged log, for 200 seeds', async () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed)
    const fs = new MemoryFs()
    const first = testLogs(fs)
    const log = testPartition(first.logs, 't', { 'segment.bytes': '2048' })
    for (let batch = randomInteger(random, 5, 60); batch > 0; batch--) {
      const options = { producerId: 3, producerEpoch: 0, baseSequence: log.logEnd }
      log.append(batchOf(['v'.repeat(randomInteger(random, 1, 300)), 'w'], options))
    }
    const written = readAll(log)
    // Half of the runs end in order, but without recovery points: then every byte is looked at.
    if (seed % 2) await first.logs.close()
    fs.removeSync('data/recovery-points.json')
    damage(fs, seed)

    const recovered = testLogs(fs).logs.partition('t', 0)!
    const kept = readAll(recovered)
    const start = recovered.logStart
    expect(kept, `seed ${seed}`).toEqual(written.slice(start, start + kept.length))
    expect(kept.length % 2).toBe(0)

    const again = testLogs(fs).logs.partition('t', 0)!
    expect(readAll(again), `seed ${seed}`).toEqual(kept)
    const end = again.logEnd
    expect(again.append(batchOf(['after']))).toMatchObject({ error: 'NONE', baseOffset: end })
  }
})

it('takes damaged side files for absent ones, for 200 seeds', async () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed)
    const fs = new MemoryFs()
    const first = testLogs(fs)
    const log = testPartition(first.logs, 't', { 'segment.bytes': '4096' })
    for (let sequence = 0; sequence < 60; sequence++) {
      const options = {
        producerId: 3,
        producerEpoch: 0,
        baseSequence: sequence,
        timestamp: sequence,
      }
      log.append(batchOf(['v'.repeat(200)], options))
    }
    const written = readAll(log)
    await first.logs.close()
    const directory = directoryOf(fs)
    for (const name of fs.listSync(directory)) {
      if (name.endsWith('.log')) continue
      const path = `${directory}/${name}`
      const bytes = readFileSync(fs, path)!
      bytes[randomInteger(random, 0, bytes.length - 1)] ^= 1 << randomInteger(random, 0, 7)
      write(fs, path, bytes)
    }
    const recovered = testLogs(fs).logs.partition('t', 0)!
    expect(readAll(recovered), `seed ${seed}`).toEqual(written)
    expect(recovered.offsetForTimestamp(31)).toEqual({ offset: 31, timestamp: 31 })
    const repeat = batchOf(['v'.repeat(200)], { producerId: 3, producerEpoch: 0, baseSequence: 58 })
    expect(recovered.append(repeat)).toMatchObject({ baseOffset: 58, duplicate: true })
  }
})
