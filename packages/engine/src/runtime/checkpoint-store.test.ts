import { encodeUtf8, MemoryFs } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { CheckpointStore, type SubtaskAnswer } from './checkpoint-store.ts'
import { scriptSourceSpec, sourcePosition, windowPlan } from './testing/plans.ts'

const directory = 'data/checkpoints/orders'
const plan = windowPlan([], { sizeMs: 10 })
const logEnd = () => 100

function setUp() {
  const fs = new MemoryFs()
  return { fs, store: new CheckpointStore(fs, directory) }
}

/** A checkpoint of the source alone, holding `text` at `offset`. */
function take(
  store: CheckpointStore,
  id: number,
  { text = `state ${id}`, offset = id, needsFrom = id } = {},
) {
  store.begin(id)
  const name = store.fileName(0, 0)
  const writer = store.writer(id, name)
  writer.part({ state: sourcePosition.name, keyGroup: -1, bytes: encodeUtf8(text) })
  const file = { name, size: writer.finish() }
  const sourceOffsets = [{ topic: 'orders', partition: 0, offset }]
  const answer: SubtaskAnswer = {
    operator: 'source',
    subtask: 0,
    info: { bytes: text.length, needsFrom, sourceOffsets },
    file,
  }
  return store.commit(id, { plan, at: 1000 + id, answers: [answer] })
}

const textOf = (store: CheckpointStore, id: number) =>
  store
    .restoredState(store.manifest(id), scriptSourceSpec([]), 0)
    ?.map(({ bytes }) => new TextDecoder().decode(bytes))

describe('checkpoint store', () => {
  it('gives back what was committed', () => {
    const { store } = setUp()
    take(store, 1)
    expect(store.latest()).toEqual({ id: 1, at: 1001, version: 1 })
    expect(store.recover(logEnd).restore?.id).toBe(1)
    expect(textOf(store, 1)).toEqual(['state 1'])
  })

  it('knows nothing of a checkpoint whose manifest was not written, and removes it', () => {
    const { fs, store } = setUp()
    store.begin(1)
    store.writer(1, '0-0.state').finish()
    expect(store.latest()).toBeUndefined()
    const recovery = store.recover(logEnd)
    expect(recovery).toMatchObject({ restore: null, nextId: 2 })
    store.settle(recovery)
    expect(fs.listSync(directory)).toEqual([])
  })

  it('never lets two writers share a file', () => {
    const { store } = setUp()
    store.begin(1)
    store.writer(1, '0-0.state')
    expect(() => store.writer(1, '0-0.state')).toThrow('exists')
  })

  it('keeps the newest ones and the files that they build on', () => {
    const { fs, store } = setUp()
    for (let id = 1; id <= 4; id++) take(store, id, { needsFrom: id === 4 ? 2 : id === 3 ? 2 : id })
    store.retain(1)
    expect(fs.listSync(directory).sort()).toEqual([
      'chk-0000000002',
      'chk-0000000003',
      'chk-0000000004',
    ])
    expect(store.latest()?.id).toBe(4)
    expect(store.recover(logEnd).restore?.id).toBe(4)
    expect(() => store.manifest(3)).toThrow('no complete checkpoint 3')
  })

  it('refuses to build on a checkpoint that is gone', () => {
    const { store } = setUp()
    take(store, 1)
    expect(() => take(store, 3, { needsFrom: 2 })).toThrow('builds on checkpoint 2')
    expect(store.latest()?.id).toBe(1)
  })

  it('falls back to the checkpoint before one whose bytes have changed', () => {
    const { fs, store } = setUp()
    take(store, 1)
    take(store, 2)
    const path = `${directory}/chk-0000000002/0-0.state`
    const file = fs.openSync(path, 'append')
    const bytes = file.readSync(0, file.size())
    bytes[bytes.length - 1] ^= 1
    file.truncateSync(0)
    file.appendSync(bytes)
    file.close()
    const { restore, refused } = store.recover(logEnd)
    expect(restore?.id).toBe(1)
    expect(refused[0].why).toContain('damaged')
  })

  it('sets aside what it refused, so that the log cannot grow past its offsets and make it look whole', () => {
    const { store } = setUp()
    take(store, 1, { offset: 5 })
    take(store, 2, { offset: 50 })
    const first = store.recover(() => 10)
    expect(first.restore?.id).toBe(1)
    expect(first.refused[0].why).toContain('offset 50')
    expect(first.nextId).toBe(3)
    expect(store.recover(() => 10)).toEqual(first)
    store.settle(first)
    expect(store.recover(() => 100).restore?.id).toBe(1)
  })

  it('refuses state that the pipeline declares otherwise now, and names the node', () => {
    const { store } = setUp()
    take(store, 1)
    const changed = { ...scriptSourceSpec([]), state: [{ ...sourcePosition, version: 2 }] }
    expect(() => store.restoredState(store.manifest(1), changed, 0)).toThrow('node "source"')
  })
})
