import { describe, expect, it } from 'vitest'
import type { CheckpointManifest } from './checkpoint-manifest.ts'
import { manifestFormat } from './checkpoint-manifest.ts'
import { type CheckpointFacts, checkpointState, decideRecovery } from './checkpoint-recovery.ts'

function manifest(id: number, offset = 5, builtOn: number[] = []): CheckpointManifest {
  const files = [...builtOn, id].map((checkpoint) => ({ checkpoint, name: '0-0.state', size: 10 }))
  return {
    format: manifestFormat,
    id,
    pipeline: 'orders',
    version: 1,
    at: 0,
    operators: [],
    subtasks: [
      {
        operator: 'source',
        subtask: 0,
        files,
        sourceOffsets: [{ topic: 'orders', partition: 0, offset }],
      },
    ],
  }
}

const facts = (id: number, changes: Partial<CheckpointFacts> = {}): CheckpointFacts => ({
  id,
  manifest: manifest(id),
  missingFiles: [],
  ...changes,
})
const logEnd = () => 10

describe('checkpoint state', () => {
  it.each([
    ['no manifest', facts(1, { manifest: 'absent' }), 'incomplete'],
    ['unreadable manifest', facts(1, { manifest: 'damaged' }), 'damaged'],
    ['another checkpoint’s manifest', facts(1, { manifest: manifest(2) }), 'damaged'],
    ['a file is missing', facts(1, { missingFiles: ['x'] }), 'damaged'],
    ['offset at the end of the log', facts(1, { manifest: manifest(1, 10) }), 'ready'],
    ['offset behind the end of the log', facts(1, { manifest: manifest(1, 11) }), 'ahead-of-log'],
    ['everything there', facts(1), 'ready'],
  ])('%s', (_, given, expected) => {
    expect(checkpointState(given, logEnd).is).toBe(expected)
  })

  it('names topic, partition, offset and end when it refuses', () => {
    const state = checkpointState(facts(1, { manifest: manifest(1, 11) }), logEnd)
    expect(state).toMatchObject({
      why: expect.stringMatching(/"orders", partition 0, at offset 11, .* ends at 10/),
    })
    const gone = checkpointState(facts(1), () => undefined)
    expect(gone).toMatchObject({ is: 'ahead-of-log', why: expect.stringContaining('not exist') })
  })
})

describe('recovery', () => {
  it('begins anew where there is nothing', () => {
    expect(decideRecovery([], logEnd)).toEqual({
      restore: null,
      refused: [],
      remove: [],
      nextId: 1,
    })
  })

  it('takes the newest that is ready, refuses newer ones by name and uses no id twice', () => {
    const all = [
      facts(3),
      facts(4, { manifest: manifest(4, 99) }),
      facts(5, { manifest: 'damaged' }),
      facts(6, { manifest: 'absent' }),
      facts(2),
    ]
    const recovery = decideRecovery(all, logEnd)
    expect(recovery.restore?.id).toBe(3)
    expect(recovery.refused.map(({ id }) => id)).toEqual([5, 4])
    expect(recovery.remove).toEqual([6])
    expect(recovery.nextId).toBe(7)
  })

  it('keeps a directory without manifest that an incremental checkpoint builds on', () => {
    const all = [facts(1, { manifest: 'absent' }), facts(2, { manifest: manifest(2, 5, [1]) })]
    expect(decideRecovery(all, logEnd)).toMatchObject({ remove: [], restore: { id: 2 } })
  })
})
