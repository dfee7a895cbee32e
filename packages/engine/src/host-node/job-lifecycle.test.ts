/** A job's failures, restarts, checkpoints, taps and its end, in real threads over a real broker. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { displayUtf8 } from '@millrace/base'
import { nodeFs } from '@millrace/base/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobStatus } from '../runtime/index.ts'
import { openHost, produceOrders, untilStatus } from './testing/job-harness.ts'
import { ordersPlan } from './testing/plans.ts'

let parts: Awaited<ReturnType<typeof openHost>>
beforeAll(async () => {
  parts = await openHost()
}, 30_000)
afterAll(() => parts.close(), 30_000)

const ada = (at: number) => ({ user: 'ada', amount: 1, at })
const rowsIn = (status: JobStatus, operator: number) =>
  status.operators[operator].subtasks.reduce((sum, { counters }) => sum + counters.rowsIn, 0)

async function startOrders(
  pipeline: string,
  options: Partial<Parameters<typeof ordersPlan>[0]> = {},
) {
  const plan = ordersPlan({ pipeline, from: pipeline, to: `${pipeline}-totals`, ...options })
  await parts.client.admin.createTopic(pipeline, { partitions: 1 })
  return { plan, job: await parts.host.start({ plan, restore: true }) }
}

const targetOf = (fd: string) => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return ''
  }
}

describe('a job', () => {
  it('fails at once when user code throws, and names node, line and record', async () => {
    const { job } = await startOrders('throwing', { filterType: 'breakable' })
    await produceOrders(parts.client, 'throwing', [{ user: 'throws', amount: 1, at: 1 }])
    const status = await untilStatus(job, ({ state }) => state === 'failed')
    expect(status.restarts).toBe(0)
    expect(status.failure).toMatchObject({
      code: 'user-code-threw',
      message: 'amount is not a number',
      node: 'filter',
      line: 3,
      record: { topic: 'orders', partition: 0, offset: 1 },
    })
  }, 30_000)

  it('is started again when its thread dies, and says so', async () => {
    const { job } = await startOrders('crashing', { filterType: 'breakable' })
    await produceOrders(parts.client, 'crashing', [{ user: 'crash', amount: 1, at: 1 }])
    const status = await untilStatus(job, ({ restarts }) => restarts >= 2)
    expect(status.failure?.code).toBe('worker-crashed')
    await job.stop()
    expect(job.status().state).toBe('stopped')
  }, 30_000)

  it('writes what does not decode to the dead letters, with its bytes and its place', async () => {
    const { job } = await startOrders('undecodable')
    await produceOrders(parts.client, 'undecodable', [
      ada(1000),
      '{"user": 7, "amount": 1',
      ada(2000),
    ])
    const status = await untilStatus(job, (one) => rowsIn(one, 4) === 1)
    const { counters } = status.operators[0].subtasks[0]
    expect(counters).toMatchObject({ rowsIn: 3, passedOn: 2, deadLetters: 1 })
    await job.checkpoint()
    const reader = parts.client.reader({
      topic: 'undecodable.dead-letters',
      partition: 0,
      offset: 0,
    })
    const [record] = reader.decode(await reader.read())
    reader.close()
    expect(displayUtf8(record.value ?? new Uint8Array())).toBe('{"user": 7, "amount": 1')
    const headers = Object.fromEntries(
      record.headers.map(({ key, value }) => [
        displayUtf8(key),
        displayUtf8(value ?? new Uint8Array()),
      ]),
    )
    expect(headers).toMatchObject({
      'millrace.topic': 'undecodable',
      'millrace.partition': '0',
      'millrace.offset': '1',
      'millrace.node': 'orders',
    })
    expect(headers['millrace.error']).not.toBe('')
    await job.stop()
  }, 30_000)

  it('shows rows of any port while somebody looks, in sequence, and counts what it skipped', async () => {
    const { job } = await startOrders('tapped')
    const tap = await job.tap('filter', 'rows')
    const orders = Array.from({ length: 2500 }, (_, i) => ada(1000 + i))
    await produceOrders(parts.client, 'tapped', orders)
    await untilStatus(job, (one) => rowsIn(one, 1) === 2500)
    const first = await tap.rows(0, 10)
    expect(first.rows).toHaveLength(10)
    expect(first.skipped).toBe(first.rows[0].sequence - 1)
    const next = await tap.rows(first.last, 5000)
    expect(next.rows[0].sequence).toBe(first.last + 1)
    expect(next.skipped).toBe(0)
    expect(next.last).toBe(2500)
    expect(next.rows[next.rows.length - 1]).toMatchObject({
      eventTime: 3499,
      cells: ['ada', 1, 3499],
    })
    tap.close()
    await expect(job.tap('filter', 'nowhere')).rejects.toMatchObject({ code: 'output-unknown' })
    await job.stop()
  }, 30_000)

  it('stops with a checkpoint, commits its offsets, and refuses to go on when the log was made anew', async () => {
    const { job, plan } = await startOrders('stopped')
    await produceOrders(parts.client, 'stopped', [ada(1000), ada(2000)])
    await untilStatus(job, (one) => rowsIn(one, 2) === 2)
    const id = await job.checkpoint()
    await job.stop()
    expect(parts.host.latestCheckpoint('stopped')?.id).toBeGreaterThan(id)
    const committed = await parts.client.admin.fetchOffsets('millrace-stopped')
    expect(committed).toEqual([{ topic: 'stopped', partition: 0, offset: 2 }])
    await parts.client.admin.deleteTopic('stopped')
    await parts.client.admin.createTopic('stopped', { partitions: 1 })
    await expect(parts.host.start({ plan, restore: true })).rejects.toMatchObject({
      code: 'checkpoint-refused',
      message: expect.stringContaining('topic "stopped", partition 0, at offset 2'),
    })
    const fresh = await parts.host.start({ plan, restore: false })
    expect(fresh.status().restoredFrom).toBeNull()
    await fresh.stop()
  }, 30_000)

  it('goes on when a checkpoint cannot be written, and shows the cause', async () => {
    const { job } = await startOrders('unwritable')
    // A file in the way, as a second writer would leave it.
    const directory = `${parts.dataDir}/checkpoints/unwritable/chk-0000000001`
    nodeFs.makeDirectorySync(directory)
    nodeFs.openSync(`${directory}/2-0.state`, 'create').close()
    await expect(job.checkpoint()).rejects.toMatchObject({ code: 'checkpoint-failed' })
    expect(await job.checkpoint()).toBe(2)
    const { state, restarts, checkpoints } = job.status()
    expect({ state, restarts }).toEqual({ state: 'running', restarts: 0 })
    expect(checkpoints.map((one) => [one.id, one.state])).toEqual([
      [2, 'complete'],
      [1, 'failed'],
    ])
    expect(checkpoints[1].cause).toContain('2-0.state')
    await Promise.all([job.stop(), job.stop()])
  }, 30_000)

  it('leaves no thread and no open segment behind when it has stopped', async () => {
    const segmentsOpen = () =>
      existsSync('/proc/self/fd')
        ? readdirSync('/proc/self/fd').filter((fd) => targetOf(fd).includes('/leaving-')).length
        : 0
    const threads = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
    const before = threads()
    const { job } = await startOrders('leaving', { parallelism: 2 })
    await produceOrders(parts.client, 'leaving', [ada(1000)])
    await untilStatus(job, (one) => rowsIn(one, 0) === 1)
    expect(threads()).toBeGreaterThan(before)
    await job.stop()
    expect(threads()).toBe(before)
    // The broker keeps its own handle of the segment that it appends to.
    expect(segmentsOpen()).toBeLessThanOrEqual(1)
  }, 30_000)

  it('refuses a second run of the same pipeline', async () => {
    const { job, plan } = await startOrders('twice')
    await expect(parts.host.start({ plan, restore: true })).rejects.toMatchObject({
      code: 'job-already-running',
    })
    await job.stop()
  }, 30_000)

  it('fails with the topic named when its source topic does not exist', async () => {
    const plan = ordersPlan({ pipeline: 'absent', from: 'no-such-topic', to: 'absent-totals' })
    const job = await parts.host.start({ plan, restore: true })
    const status = await untilStatus(job, ({ state }) => state === 'failed')
    expect(status.failure).toMatchObject({ code: 'source-topic-missing', node: 'orders' })
  }, 30_000)
})
