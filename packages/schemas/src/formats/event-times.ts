/** Event times out of the column that holds them. */
import type { Column } from '../columns.ts'
import { isValid } from '../columns.ts'
import type { DataType } from '../types.ts'
import type { TimeUnit } from './api.ts'
import { epochMs } from './json/loose-cells.ts'
import { parseDate, parseInstant } from './text/instants.ts'

/** Milliseconds since the epoch of each row; NaN where the cell is NULL or no time. A TIMESTAMP or DATE needs no unit. */
export function readEventTimes(
  column: Column,
  type: DataType,
  unit: TimeUnit,
  length: number,
): Float64Array {
  const times = new Float64Array(length)
  for (let row = 0; row < length; row++) {
    times[row] = isValid(column.valid, row) ? timeAt(column, type, unit, row) : Number.NaN
  }
  return times
}

function timeAt(column: Column, type: DataType, unit: TimeUnit, row: number): number {
  switch (column.rep) {
    case 'i64': {
      if (type.kind !== 'BIGINT') return Number.NaN
      const value = column.words[2 * row + 1] * 4294967296 + (column.words[2 * row] >>> 0)
      return epochMs(value, unit)
    }
    case 'i32':
      return type.kind === 'DATE'
        ? column.values[row] * 86_400_000
        : epochMs(column.values[row], unit)
    case 'f64':
      return type.kind === 'TIMESTAMP' ? column.values[row] : epochMs(column.values[row], unit)
    case 'bytes': {
      if (type.kind !== 'STRING') return Number.NaN
      const start = column.starts[row]
      const end = column.ends[row]
      const time = parseInstant(column.data, start, end)
      return Number.isNaN(time) ? parseDate(column.data, start, end) * 86_400_000 : time
    }
    case 'bool':
      return Number.NaN
  }
}
