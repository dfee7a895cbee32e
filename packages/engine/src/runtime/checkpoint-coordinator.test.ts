import { describe, expect, it } from 'vitest'
import { CheckpointCoordinator } from './checkpoint-coordinator.ts'

const subtasks = [
  { operator: 'source', subtask: 0 },
  { operator: 'window', subtask: 0 },
]

function coordinator() {
  return new CheckpointCoordinator({
    subtasks,
    intervalMs: 100,
    timeoutMs: 1000,
    pauseMs: 20,
    nextId: 7,
    now: 0,
  })
}

const answer = (operator: string) => ({
  operator,
  subtask: 0,
  info: { bytes: 10, needsFrom: 7, sourceOffsets: [] },
  file: { name: 'x', size: 12 },
})

describe('checkpoint coordinator', () => {
  it('begins by interval, one at a time, and is complete when all have answered', () => {
    const it = coordinator()
    expect(it.tick(99)).toBeUndefined()
    expect(it.tick(100)).toEqual({ is: 'trigger', checkpoint: 7 })
    expect(it.trigger(150)).toBeUndefined()
    expect(it.answer(7, answer('source'))).toBeUndefined()
    expect(it.answer(7, answer('window'))).toHaveLength(2)
    it.complete(7, 190)
    expect(it.status()[0]).toMatchObject({ id: 7, state: 'complete', durationMs: 90, bytes: 20 })
    expect(it.dueAt).toBe(210)
    expect(it.tick(210)).toEqual({ is: 'trigger', checkpoint: 8 })
  })

  it('gives up after the timeout, says how many are missing, and ignores late answers', () => {
    const it = coordinator()
    it.tick(100)
    it.answer(7, answer('source'))
    expect(it.tick(1099)).toBeUndefined()
    expect(it.tick(1100)).toMatchObject({ is: 'abort', cause: expect.stringContaining('1 sub') })
    expect(it.answer(7, answer('window'))).toBeUndefined()
    expect(it.status()[0]).toMatchObject({ state: 'failed', durationMs: 1000 })
    expect(it.tick(1120)).toEqual({ is: 'trigger', checkpoint: 8 })
  })
})
