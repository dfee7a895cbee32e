import { CrashingFs, MemoryFs, seededRandom } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { formatUuid, parseUuid } from '../protocol/uuid.ts'
import { batchOf, readAll, testLogs, testPartition } from './testing/log-kit.ts'
import { describeTopicConfig } from './topic-config.ts'

describe('topics', () => {
  it('are there again after a power cut, with their configs and ids', () => {
    const fs = new CrashingFs(seededRandom(1))
    const { logs } = testLogs(fs)
    const configs = new Map([['segment.bytes', '4096']])
    logs.createTopic({ name: 'a', partitions: 3, configs })
    logs.createTopic({ name: 'b', partitions: 1 })
    logs.deleteTopic('b')
    const before = logs.topic('a')!
    fs.crash('power')
    const again = testLogs(fs).logs
    expect(again.topics()).toEqual([before])
    expect(again.clusterId).toBe(logs.clusterId)
    expect(formatUuid(parseUuid(before.id))).toBe(before.id)
  })

  it('are refused by name: config, value, name, partitions, and twice', () => {
    const { logs } = testLogs()
    const attempt = (name: string, partitions: number, configs: Record<string, string> = {}) =>
      logs.createTopic({ name, partitions, configs: new Map(Object.entries(configs)) })
    expect(attempt('t', 1, { 'retention.ms': '1000' })).toMatchObject({
      error: 'INVALID_CONFIG',
      message: 'Topic config retention.ms=1000: it can only be -1 on this broker.',
    })
    expect(attempt('t', 1, { 'tiered.storage': 'x' })).toMatchObject({ error: 'INVALID_CONFIG' })
    expect(attempt('t', 1, { 'segment.bytes': 'many' })).toMatchObject({ error: 'INVALID_CONFIG' })
    expect(attempt('a/b', 1)).toMatchObject({ error: 'INVALID_TOPIC_EXCEPTION' })
    expect(attempt('..', 1)).toMatchObject({ error: 'INVALID_TOPIC_EXCEPTION' })
    expect(attempt('t', 0)).toMatchObject({ error: 'INVALID_PARTITIONS' })
    expect(attempt('t', 1, { 'cleanup.policy': 'delete' })).toMatchObject({ error: 'NONE' })
    expect(attempt('t', 1)).toMatchObject({ error: 'TOPIC_ALREADY_EXISTS' })
  })

  it('show every config that clients ask for', () => {
    const { logs } = testLogs()
    logs.createTopic({ name: 't', partitions: 1, configs: new Map([['segment.bytes', '2048']]) })
    const entries = describeTopicConfig(logs.topic('t')!.config)
    const byName = new Map(entries.map((entry) => [entry.name, entry]))
    expect(byName.get('segment.bytes')).toMatchObject({ value: '2048', isDefault: false })
    for (const name of ['cleanup.policy', 'retention.ms', 'min.insync.replicas']) {
      expect(byName.get(name)).toMatchObject({ readOnly: true, isDefault: true })
    }
  })

  it('of the same name are another topic after a deletion', () => {
    const kit = testLogs()
    testPartition(kit.logs).append(batchOf(['old']))
    expect(kit.logs.deleteTopic('t')).toBe('NONE')
    expect(kit.logs.partition('t', 0)).toBeUndefined()
    const log = testPartition(kit.logs)
    expect(log.logEnd).toBe(0)
    log.append(batchOf(['new']))
    expect(readAll(testLogs(kit.fs).logs.partition('t', 0)!)).toEqual(['0:new'])
    expect(kit.fs.listSync('data/topics')).toHaveLength(1)
  })

  it('finish their deletion at the next start when the process ended in between', () => {
    const kit = testLogs()
    testPartition(kit.logs).append(batchOf(['x']))
    const directory = kit.fs.listSync('data/topics')[0]
    kit.fs.openSync(`data/topics/${directory}/deleted`, 'create').close()
    testLogs(kit.fs)
    expect(kit.fs.listSync('data/topics')).toEqual([])
  })
})

describe('producer ids', () => {
  it('are never given twice, whatever happens in between', () => {
    const fs = new CrashingFs(seededRandom(1))
    const seen = new Set<number>()
    for (let run = 0; run < 5; run++) {
      const { logs } = testLogs(fs)
      for (let i = 0; i < 700; i++) seen.add(logs.allocateProducerId())
      fs.crash('power')
    }
    expect(seen.size).toBe(3500)
  })
})

describe('many partitions', () => {
  it('40,000 start without a file being opened for each, and use a bounded number of handles', async () => {
    const fs = new MemoryFs()
    let open = 0
    let mostOpen = 0
    const counting = new Proxy(fs, {
      get(target, name: keyof MemoryFs) {
        if (name !== 'openSync') {
          const value = target[name] as unknown
          return typeof value === 'function' ? value.bind(target) : value
        }
        return (path: string, mode: 'read' | 'append' | 'create') => {
          const file = target.openSync(path, mode)
          const close = file.close.bind(file)
          mostOpen = Math.max(mostOpen, ++open)
          file.close = () => {
            open--
            close()
          }
          return file
        }
      },
    })
    const first = testLogs(counting, { fileHandlesMax: 20 })
    for (let i = 0; i < 40; i++) first.logs.createTopic({ name: `t${i}`, partitions: 1000 })
    for (let i = 0; i < 60; i++) first.logs.partition('t0', i)!.append(batchOf([`v${i}`]))
    expect(mostOpen).toBeLessThanOrEqual(24)
    mostOpen = 0
    const again = testLogs(counting, { fileHandlesMax: 20 })
    expect(again.logs.topics()).toHaveLength(40)
    expect(mostOpen).toBeLessThanOrEqual(open + 1)
    for (let i = 0; i < 60; i++)
      expect(readAll(again.logs.partition('t0', i)!)).toEqual([`0:v${i}`])
  })
})
