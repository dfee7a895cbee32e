/** The unit of flow: a columnar batch, and the elements that travel between operators. */

import { decodeUtf8 } from '@millrace/base'
import type { Column } from './columns.ts'
import { isValid } from './columns.ts'
import type { DataType, RowType } from './types.ts'

/** +I, −U, +U, −D, coded as Flink's RowKind.toByteValue. */
export const rowKind = { insert: 0, updateBefore: 1, updateAfter: 2, delete: 3 } as const

/** Which record each row came from: kept only where the plan asks for it (code nodes, dead letters, verdicts). */
export interface Origins {
  /** Partition of the source topic. */
  partition: Int32Array
  offset: Float64Array
}

/** `length` rows; columns may have more capacity than that. Immutable once emitted. */
export interface Batch {
  length: number
  columns: readonly Column[]
  /** Event time of each row, ms; NaN: none. `null`: the edge has no event time. */
  eventTimes: Float64Array | null
  /** `null`: every row is an insert. */
  rowKinds: Uint8Array | null
  origins: Origins | null
}

export type CheckpointId = number

/** What travels on an edge, in order. */
export type Element =
  | { is: 'batch'; batch: Batch }
  /** No row with event time ≤ `time` will follow (ms). */
  | { is: 'watermark'; time: number }
  | { is: 'barrier'; checkpoint: CheckpointId }
  /** This input gives no watermarks for now and does not hold the minimum; `active`, a batch or a watermark ends it. */
  | { is: 'idle' }
  /** This input is no longer idle: it holds the minimum again. */
  | { is: 'active' }
  /** Nothing follows. */
  | { is: 'end' }

/** Most rows of one batch. */
export const batchRowsMax = 8192

/** A value as people and JSON see it. BIGINT and DECIMAL keep all digits: bigint and string. */
export type CellValue = null | boolean | number | bigint | string | Uint8Array

export function cellAt(column: Column, type: DataType, row: number): CellValue {
  if (!isValid(column.valid, row)) return null
  switch (column.rep) {
    case 'bool':
      return column.values[row] !== 0
    case 'i32':
    case 'f64':
      return column.values[row]
    case 'i64':
      return type.kind === 'DECIMAL'
        ? formatDecimal(column.values[row], type.scale)
        : column.values[row]
    case 'bytes': {
      const bytes = column.data.subarray(column.starts[row], column.ends[row])
      return type.kind === 'STRING' ? decodeUtf8(bytes) : bytes
    }
  }
}

export function rowAt(batch: Batch, type: RowType, row: number): Record<string, CellValue> {
  const cells: Record<string, CellValue> = {}
  for (let i = 0; i < type.fields.length; i++) {
    cells[type.fields[i].name] = cellAt(batch.columns[i], type.fields[i].type, row)
  }
  return cells
}

/** 12345n at scale 2 is "123.45". */
export function formatDecimal(scaled: bigint, scale: number): string {
  if (scale === 0) return scaled.toString()
  const negative = scaled < 0n
  const digits = (negative ? -scaled : scaled).toString().padStart(scale + 1, '0')
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
