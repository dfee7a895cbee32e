/** A record that could not be used: what becomes of it on the way to the dead-letter topic. Bytes are never touched. */
import { type Batch, BatchBuilder, cellAt } from '@millrace/schemas'
import { deadLetterRow } from '../plan/operator-configs.ts'
import type { Output } from './operator.ts'

export interface DeadLetter {
  /** One sentence: what is wrong with the record. */
  error: string
  topic: string | null
  partition: number | null
  offset: number | null
  /** Of the record, ms. */
  timestamp: number | null
  key: Uint8Array | null
  value: Uint8Array | null
}

/** Dead letters of one batch at most; a batch of rows never gives more. */
export const deadLettersMax = 8192

const columns = {
  error: 0,
  topic: 1,
  partition: 2,
  offset: 3,
  timestamp: 4,
  key: 5,
  value: 6,
} as const

/** Collects dead letters until their output has room. */
export class DeadLetterWriter {
  private readonly output: Output
  private builder: BatchBuilder | null = null
  private capacity = 0

  constructor(output: Output) {
    this.output = output
  }

  /** Records that wait to be emitted. */
  get length(): number {
    return this.builder?.length ?? 0
  }

  /** Asserts that fewer than `deadLettersMax` wait. */
  add(letter: DeadLetter): void {
    if (this.builder === null || this.builder.isFull) this.enlarge()
    const { builder } = this
    if (builder === null) return
    const row = builder.addRow(letter.timestamp ?? Number.NaN)
    builder.setCell(columns.error, row, letter.error)
    builder.setCell(columns.topic, row, letter.topic)
    builder.setCell(columns.partition, row, letter.partition)
    builder.setCell(columns.offset, row, letter.offset)
    builder.setCell(columns.timestamp, row, letter.timestamp)
    builder.setCell(columns.key, row, letter.key)
    builder.setCell(columns.value, row, letter.value)
  }

  /** Emits what waits; false: no room, call again. */
  flush(): boolean {
    if (this.builder === null || this.builder.length === 0) return true
    if (!this.output.hasRoom()) return false
    const { builder } = this
    this.builder = null
    this.output.emit(builder.take())
    return true
  }

  private enlarge(): void {
    const before = this.builder
    this.capacity = before ? Math.min(deadLettersMax, before.length * 8) : 64
    const options = { capacity: this.capacity, withEventTime: true }
    this.builder = new BatchBuilder(deadLetterRow, options)
    if (before) for (const letter of readDeadLetters(before.take())) this.add(letter)
  }
}

/** The records of a batch of `deadLetterRow`s. */
export function readDeadLetters(batch: Batch): DeadLetter[] {
  return Array.from({ length: batch.length }, (_, row) => deadLetterAt(batch, row))
}

function deadLetterAt(batch: Batch, row: number): DeadLetter {
  const cell = (index: number) =>
    cellAt(batch.columns[index], deadLetterRow.fields[index].type, row)
  return {
    error: String(cell(columns.error)),
    topic: cell(columns.topic) as string | null,
    partition: cell(columns.partition) as number | null,
    offset: numberOrNull(cell(columns.offset) as bigint | null),
    timestamp: cell(columns.timestamp) as number | null,
    key: cell(columns.key) as Uint8Array | null,
    value: cell(columns.value) as Uint8Array | null,
  }
}

function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value)
}
