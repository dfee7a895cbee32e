/** The broker's worker thread: started, used, stopped, and heard of when it fails. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeUtf8 } from '@millrace/base'
import { afterEach, expect, it } from 'vitest'
import { KafkaClient } from '../client/index.ts'
import { nodeClientParts, startBroker } from './index.ts'

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-worker-'))
  directories.push(directory)
  return directory
}

it.each(['os', 'fsync'] as const)(
  'keeps records over a restart, with the %s profile',
  async (durability) => {
    const dataDir = newDirectory()
    const first = await startBroker({ dataDir, port: 0, durability })
    expect(first.addresses).toContain('127.0.0.1')
    const client = async (port: number) =>
      new KafkaClient({ ...(await nodeClientParts()), bootstrap: [{ host: '127.0.0.1', port }] })
    const before = await client(first.port)
    await before.admin.createTopic('t', { partitions: 1 })
    const producer = await before.producer()
    await producer.send('t', [{ value: encodeUtf8('a') }, { value: encodeUtf8('b') }])
    before.close()
    await first.close()

    const second = await startBroker({ dataDir, port: 0, durability })
    const after = await client(second.port)
    expect(await after.admin.listOffsets('t', 'latest')).toEqual([2])
    const reader = after.reader({ topic: 't', partition: 0, offset: 1 })
    const records = reader.decode(await reader.read())
    expect(records.map((record) => new TextDecoder().decode(record.value ?? undefined))).toEqual([
      'b',
    ])
    reader.close()
    after.close()
    await second.close()
  },
)

it('says what is wrong when it cannot start', async () => {
  const file = join(newDirectory(), 'a-file')
  writeFileSync(file, '')
  await expect(startBroker({ dataDir: join(file, 'data'), port: 0 })).rejects.toThrow(/a-file/)
  const broker = await startBroker({ dataDir: newDirectory(), port: 0 })
  const again = startBroker({ dataDir: newDirectory(), port: broker.port })
  await expect(again).rejects.toMatchObject({ code: 'port-in-use' })
  await broker.close()
})

it('leaves the directory to the next attempt when its port was taken', async () => {
  const other = await startBroker({ dataDir: newDirectory(), port: 0 })
  const dataDir = newDirectory()
  await expect(startBroker({ dataDir, port: other.port })).rejects.toMatchObject({
    code: 'port-in-use',
  })
  // The failed attempt has closed its log: the marker of a clean shutdown is there.
  expect(existsSync(join(dataDir, 'clean'))).toBe(true)
  const broker = await startBroker({ dataDir, port: 0 })
  await broker.close()
  await other.close()
})

it('is quiet about an end that was asked for', async () => {
  const broker = await startBroker({ dataDir: newDirectory(), port: 0 })
  const failures: unknown[] = []
  broker.onFailure((error) => failures.push(error))
  await broker.close()
  expect(failures).toEqual([])
})
