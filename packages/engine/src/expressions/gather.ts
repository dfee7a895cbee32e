/** Selected rows of a batch's columns as columns of their own. Bytes are not copied: slices share their data. */
import type { Batch, Column, Origins } from '@millrace/schemas'
import { isValid, makeColumnOf, setNull } from '@millrace/schemas'

/** Rows `sel[0 .. count)` of the column. */
export function gatherColumn(column: Column, sel: Int32Array, count: number): Column {
  const target = gatherValues(column, sel, count)
  if (column.valid === null) return target
  for (let j = 0; j < count; j++) if (!isValid(column.valid, sel[j])) setNull(target, j, count)
  return target
}

function gatherValues(column: Column, sel: Int32Array, count: number): Column {
  if (column.rep === 'bytes') {
    const starts = new Int32Array(count)
    const ends = new Int32Array(count)
    for (let j = 0; j < count; j++) {
      starts[j] = column.starts[sel[j]]
      ends[j] = column.ends[sel[j]]
    }
    return { rep: 'bytes', valid: null, data: column.data, starts, ends }
  }
  const target = makeColumnOf(column.rep, count)
  if (column.rep === 'i64' && target.rep === 'i64') {
    const from = column.words
    const to = target.words
    for (let j = 0; j < count; j++) {
      const at = 2 * sel[j]
      to[2 * j] = from[at]
      to[2 * j + 1] = from[at + 1]
    }
  } else if (column.rep === 'f64' && target.rep === 'f64') pick(column.values, target.values, sel)
  else if (column.rep === 'i32' && target.rep === 'i32') pick(column.values, target.values, sel)
  else if (column.rep === 'bool' && target.rep === 'bool') pick(column.values, target.values, sel)
  return target
}

function pick<T extends { [index: number]: number; length: number }>(
  from: T,
  to: T,
  sel: Int32Array,
): void {
  for (let j = 0; j < to.length; j++) to[j] = from[sel[j]]
}

/** Event times, row kinds and origins of the selected rows; `sel` null: all of them, shared. */
export function gatherMarks(
  batch: Batch,
  sel: Int32Array | null,
  count: number,
): { eventTimes: Float64Array | null; rowKinds: Uint8Array | null; origins: Origins | null } {
  const { eventTimes, rowKinds, origins } = batch
  if (sel === null) return { eventTimes, rowKinds, origins }
  const picked = <T extends { [index: number]: number; length: number }>(from: T, to: T): T => {
    pick(from, to, sel)
    return to
  }
  return {
    eventTimes: eventTimes && picked(eventTimes, new Float64Array(count)),
    rowKinds: rowKinds && picked(rowKinds, new Uint8Array(count)),
    origins: origins && {
      partition: picked(origins.partition, new Int32Array(count)),
      offset: picked(origins.offset, new Float64Array(count)),
    },
  }
}
