/** Picks rows of a batch into a new one. Bytes columns share the old one's data. */
import type { Batch, Column, Validity } from '@millrace/schemas'
import { allValid, isValid } from '@millrace/schemas'

/** Rows `rows[0 .. count)` of `batch`, in that order; only `columns` if given. */
export function takeRows(
  batch: Batch,
  rows: Int32Array,
  count: number,
  columns?: readonly number[],
): Batch {
  const from = columns ? columns.map((index) => batch.columns[index]) : batch.columns
  const { eventTimes, rowKinds, origins } = batch
  return {
    length: count,
    columns: from.map((column) => takeColumn(column, rows, count)),
    eventTimes: eventTimes && take(eventTimes, new Float64Array(count), rows),
    rowKinds: rowKinds && take(rowKinds, new Uint8Array(count), rows),
    origins: origins && {
      partition: take(origins.partition, new Int32Array(count), rows),
      offset: take(origins.offset, new Float64Array(count), rows),
    },
  }
}

function takeColumn(column: Column, rows: Int32Array, count: number): Column {
  const valid = takeValid(column.valid, rows, count)
  switch (column.rep) {
    case 'bool':
      return { rep: 'bool', valid, values: take(column.values, new Uint8Array(count), rows) }
    case 'i32':
      return { rep: 'i32', valid, values: take(column.values, new Int32Array(count), rows) }
    case 'f64':
      return { rep: 'f64', valid, values: take(column.values, new Float64Array(count), rows) }
    case 'i64': {
      const values = new BigInt64Array(count)
      const words = new Int32Array(values.buffer)
      for (let i = 0; i < count; i++) {
        words[i * 2] = column.words[rows[i] * 2]
        words[i * 2 + 1] = column.words[rows[i] * 2 + 1]
      }
      return { rep: 'i64', valid, values, words }
    }
    case 'bytes':
      return {
        rep: 'bytes',
        valid,
        data: column.data,
        starts: take(column.starts, new Int32Array(count), rows),
        ends: take(column.ends, new Int32Array(count), rows),
      }
  }
}

function take<T extends Uint8Array | Int32Array | Float64Array>(
  from: T,
  into: T,
  rows: Int32Array,
): T {
  for (let i = 0; i < into.length; i++) into[i] = from[rows[i]]
  return into
}

function takeValid(valid: Validity, rows: Int32Array, count: number): Validity {
  if (valid === null) return null
  const taken = allValid(count)
  let nulls = false
  for (let i = 0; i < count; i++) {
    if (isValid(valid, rows[i])) continue
    taken[i >> 3] &= ~(1 << (i & 7))
    nulls = true
  }
  return nulls ? taken : null
}
