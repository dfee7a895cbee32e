/** kcat against our broker: produce, consume, list, query, groups; every compression each way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kcat, kcatMissing, RunningKcat, underCi } from './testing/kcat.ts'
import { startTestBroker, type TestBroker } from './testing/test-broker.ts'

let broker: TestBroker
beforeAll(async () => {
  broker = await startTestBroker({ settings: { defaultPartitions: 3 } })
})
afterAll(() => broker.close())

it('is run wherever the whole suite must pass (CI=1)', () => {
  expect(underCi ? kcatMissing : undefined).toBeUndefined()
})

const title = kcatMissing ? `kcat (skipped: ${kcatMissing})` : 'kcat'
describe.skipIf(kcatMissing)(title, () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'reads back what it wrote with %s',
    async (codec) => {
      const topic = `codec-${codec}`
      const lines = Array.from({ length: 500 }, (_, i) => `message ${i} in ${codec}`)
      const produced = await kcat(
        ['-b', broker.address, '-P', '-t', topic, '-p', '0', '-z', codec],
        `${lines.join('\n')}\n`,
      )
      expect(produced).toMatchObject({ code: 0, err: '' })
      const consumed = await kcat(['-b', broker.address, '-C', '-t', topic, '-p', '0', '-e', '-q'])
      expect(consumed.out.trimEnd().split('\n')).toEqual(lines)
    },
  )

  it('keeps keys, headers, null values and timestamps', async () => {
    const common = ['-b', broker.address, '-t', 'shapes', '-p', '0']
    await kcat([...common, '-P', '-K', ':', '-H', 'trace=7', '-Z'], 'k1:v1\nk2:\n')
    const { out } = await kcat([...common, '-C', '-e', '-q', '-Z', '-f', '%o %k %s %S %h\n'])
    expect(out).toBe('0 k1 v1 2 trace=7\n1 k2 NULL -1 trace=7\n')
  })

  it('lists brokers, topics and partitions', async () => {
    await kcat(['-b', broker.address, '-P', '-t', 'listed', '-p', '0'], 'x\n')
    const { out } = await kcat(['-b', broker.address, '-L', '-t', 'listed'])
    expect(out).toContain(`broker 1 at ${broker.address} (controller)`)
    expect(out).toContain('topic "listed" with 3 partitions')
    expect(out).toContain('partition 2, leader 1, replicas: 1, isrs: 1')
  })

  it('is served on ::1 as well', async () => {
    const { out, code } = await kcat(['-b', `[::1]:${broker.broker.port}`, '-L'])
    expect(code).toBe(0)
    expect(out).toContain(`broker 1 at ::1:${broker.broker.port}`)
  })

  it('finds offsets by time, and the ends', async () => {
    const common = ['-b', broker.address, '-t', 'times']
    await kcat([...common, '-P', '-p', '0'], 'a\nb\nc\n')
    const query = async (time: string) =>
      (await kcat(['-b', broker.address, '-Q', '-t', `times:0:${time}`])).out.trim()
    expect(await query('0')).toBe('times [0] offset 0')
    expect(await query('-1')).toBe('times [0] offset 3')
    expect(await query('-2')).toBe('times [0] offset 0')
  })

  it('writes idempotently', async () => {
    const common = ['-b', broker.address, '-t', 'idempotent', '-p', '0']
    const lines = Array.from({ length: 2000 }, (_, i) => `${i}`).join('\n')
    const idempotent = ['-X', 'enable.idempotence=true', '-X', 'batch.num.messages=10']
    const produced = await kcat([...common, '-P', ...idempotent], `${lines}\n`)
    expect(produced).toMatchObject({ code: 0, err: '' })
    const { out } = await kcat([...common, '-C', '-e', '-q'])
    expect(out).toBe(`${lines}\n`)
  })

  it('shares a topic among three members of a group, and again when one leaves', async () => {
    const names = ['a', 'b', 'c']
    const args = ['-b', broker.address, '-G', 'trio', 'shared', '-X', 'session.timeout.ms=6000']
    await kcat(['-b', broker.address, '-L', '-t', 'shared', '-X', 'allow.auto.create.topics=true'])
    const assigned = (count: number) => (line: string) =>
      line.includes('assigned:') && (line.match(/shared \[\d\]/g) ?? []).length === count
    const members = names.map(() => new RunningKcat([...args, '-X', 'heartbeat.interval.ms=200']))
    await Promise.all(members.map((member) => member.nextLine(assigned(1))))
    const moved = Promise.race(members.slice(1).map((member) => member.nextLine(assigned(2))))
    await members[0].stop()
    await moved
    const last = members[1].nextLine(assigned(3))
    await members[2].stop()
    await last
    await members[1].stop()
  })

  it('goes on where its group has committed, also after a restart of the broker', async () => {
    const group = ['-b', broker.address, '-G', 'resuming', '-X', 'auto.offset.reset=earliest']
    const produce = (text: string) =>
      kcat(['-b', broker.address, '-P', '-t', 'resumed', '-p', '0'], text)
    await produce('one\ntwo\n')
    const first = await kcat([...group, '-c', '2', '-q', 'resumed'])
    expect(first.out).toBe('one\ntwo\n')
    await produce('three\n')
    await broker.restart()
    const second = await kcat([...group, '-c', '1', '-q', 'resumed'])
    expect(second.out).toBe('three\n')
  })
})
