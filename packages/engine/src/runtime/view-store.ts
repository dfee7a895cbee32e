/** What a view sink keeps: the latest row of each key, or the last rows; bounded, readable at any time. */
import { type Batch, type RowType, rowKind } from '@millrace/schemas'
import { jsonCells } from './cell-json.ts'
import { type KeyBytes, KeyEncoder } from './key-encoder.ts'
import type { KeptRow } from './operator.ts'

export interface ViewStore {
  readonly row: RowType
  /** Columns of `row`; none: the last rows, whatever they say. */
  readonly keys: readonly number[]
  /** The row that changed longest ago first. */
  rows(): readonly KeptRow[]
}

export interface MemoryViewOptions {
  row: RowType
  keys: readonly number[]
  /** Rows kept; the one that changed longest ago leaves first. */
  rowsMax: number
}

export class MemoryView implements ViewStore {
  readonly row: RowType
  readonly keys: readonly number[]
  private readonly rowsMax: number
  private readonly encoder: KeyEncoder
  /** Insertion order is order of change: a changed row is deleted and set again. */
  private readonly kept = new Map<string, KeptRow>()
  private sequence = 0

  constructor(options: MemoryViewOptions) {
    this.row = options.row
    this.keys = options.keys
    this.rowsMax = options.rowsMax
    const types = options.keys.map((index) => options.row.fields[index].type)
    this.encoder = new KeyEncoder(options.keys, types)
  }

  get size(): number {
    return this.kept.size
  }

  rows(): readonly KeptRow[] {
    return [...this.kept.values()]
  }

  /** Inserts and updates replace the row of their key, deletes remove it; −U is followed by its +U and says nothing. */
  apply(batch: Batch): void {
    const slices = this.encoder.encode(batch)
    for (let row = 0; row < batch.length; row++) {
      const kind = batch.rowKinds?.[row] ?? rowKind.insert
      if (kind === rowKind.updateBefore) continue
      const bytes = { data: slices.data, start: slices.starts[row], end: slices.ends[row] }
      const key = this.keys.length > 0 ? keyText(bytes) : String(this.sequence++)
      this.kept.delete(key)
      if (kind !== rowKind.delete) this.put(key, this.keptRow(batch, row))
    }
  }

  /** Everything kept, for the snapshot. */
  save(): ViewSave {
    return { sequence: this.sequence, rows: [...this.kept.entries()] }
  }

  restore(saved: ViewSave): void {
    this.sequence = Math.max(this.sequence, saved.sequence)
    for (const [key, row] of saved.rows) this.put(key, row)
  }

  private put(key: string, row: KeptRow): void {
    this.kept.set(key, row)
    if (this.kept.size <= this.rowsMax) return
    for (const oldest of this.kept.keys()) {
      this.kept.delete(oldest)
      return
    }
  }

  private keptRow(batch: Batch, row: number): KeptRow {
    const time = batch.eventTimes?.[row]
    const cells = jsonCells(batch, this.row, row)
    return {
      key: this.keys.map((index) => cells[index]),
      cells,
      eventTime: time === undefined || Number.isNaN(time) ? null : time,
    }
  }
}

export interface ViewSave {
  sequence: number
  rows: [key: string, row: KeptRow][]
}

/** One character for each byte: a view is small, and its keys are only compared. */
function keyText({ data, start, end }: KeyBytes): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(data[i])
  return text
}
