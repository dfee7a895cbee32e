/** Batches made small for a process border: only the rows and bytes in use. */
import type { Batch, Column } from '@millrace/schemas'

/** A copy that owns exactly its rows. */
export function compactBatch(batch: Batch): Batch {
  const { length } = batch
  return {
    length,
    columns: batch.columns.map((column) => compactColumn(column, length)),
    eventTimes: batch.eventTimes?.slice(0, length) ?? null,
    rowKinds: batch.rowKinds?.slice(0, length) ?? null,
    origins: null,
  }
}

function compactColumn(column: Column, length: number): Column {
  const valid = column.valid?.slice(0, (length + 7) >> 3) ?? null
  switch (column.rep) {
    case 'bool':
      return { rep: 'bool', valid, values: column.values.slice(0, length) }
    case 'i32':
      return { rep: 'i32', valid, values: column.values.slice(0, length) }
    case 'f64':
      return { rep: 'f64', valid, values: column.values.slice(0, length) }
    case 'i64': {
      const values = column.values.slice(0, length)
      return { rep: 'i64', valid, values, words: new Int32Array(values.buffer) }
    }
    case 'bytes': {
      const starts = new Int32Array(length)
      const ends = new Int32Array(length)
      let size = 0
      for (let i = 0; i < length; i++) {
        starts[i] = size
        size += column.ends[i] - column.starts[i]
        ends[i] = size
      }
      const data = new Uint8Array(size)
      for (let i = 0; i < length; i++)
        data.set(column.data.subarray(column.starts[i], column.ends[i]), starts[i])
      return { rep: 'bytes', valid, data, starts, ends }
    }
  }
}

/** Restores what structured cloning separates: the 32-bit view of an int64 column over the same memory. */
export function adoptBatch(batch: Batch): Batch {
  const columns = batch.columns.map((column): Column => {
    if (column.rep !== 'i64') return column
    const { values } = column
    return { ...column, words: new Int32Array(values.buffer, values.byteOffset, values.length * 2) }
  })
  return { ...batch, columns }
}
