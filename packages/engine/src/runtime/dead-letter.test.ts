import { encodeUtf8 } from '@millrace/base'
import type { Batch } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { type DeadLetter, DeadLetterWriter, readDeadLetters } from './dead-letter.ts'

const letter = (offset: number): DeadLetter => ({
  error: 'The JSON breaks off.',
  topic: offset % 2 ? 'orders' : null,
  partition: 3,
  offset,
  timestamp: offset % 3 ? 1_700_000_000_000 : null,
  key: offset % 2 ? encodeUtf8('k') : null,
  value: new Uint8Array([0xff, 0, offset & 255]),
})

describe('dead letters', () => {
  it('keep bytes and position, however many wait for room', () => {
    const emitted: Batch[] = []
    let room = false
    const writer = new DeadLetterWriter({
      hasRoom: () => room,
      emit: (batch) => emitted.push(batch),
    })
    const letters = Array.from({ length: 700 }, (_, offset) => letter(offset))
    for (const one of letters) writer.add(one)
    expect(writer.flush()).toBe(false)
    expect(writer.length).toBe(700)
    room = true
    expect(writer.flush()).toBe(true)
    expect(emitted.flatMap(readDeadLetters)).toEqual(letters)
    expect(writer.flush()).toBe(true)
    expect(emitted).toHaveLength(1)
  })
})
