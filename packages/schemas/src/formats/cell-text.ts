/** Cells as text bytes: what JSON values and message keys share. */
import { formatDecimal } from '../batch.ts'
import type { Column } from '../columns.ts'
import type { DataType } from '../types.ts'
import type { ByteWriter } from './byte-writer.ts'
import { formatDate } from './text/instants.ts'

const dayMs = 86_400_000

let lastDay = Number.NaN
let lastDayText = ''

/** `2026-01-31T08:00:00.000Z`, or `2026-01-31 08:00:00.000` in SQL style. */
export function putInstant(writer: ByteWriter, ms: number, isSql: boolean): void {
  const whole = Math.floor(ms)
  const day = Math.floor(whole / dayMs)
  if (day !== lastDay) {
    lastDay = day
    lastDayText = formatDate(day)
  }
  const ofDay = whole - day * dayMs
  const seconds = Math.floor(ofDay / 1000)
  writer.ascii(lastDayText)
  writer.byte(isSql ? 0x20 : 0x54)
  writer.padded(Math.floor(seconds / 3600), 2)
  writer.byte(0x3a)
  writer.padded(Math.floor(seconds / 60) % 60, 2)
  writer.byte(0x3a)
  writer.padded(seconds % 60, 2)
  writer.byte(0x2e)
  writer.padded(ofDay - seconds * 1000, 3)
  if (!isSql) writer.byte(0x5a)
}

/** The text of a cell that is neither NULL nor bytes; times without quotes. */
export function putCellText(
  writer: ByteWriter,
  column: Column,
  type: DataType,
  row: number,
  isSql: boolean,
): void {
  switch (column.rep) {
    case 'bool':
      writer.ascii(column.values[row] !== 0 ? 'true' : 'false')
      return
    case 'i32':
      if (type.kind === 'DATE') writer.ascii(formatDate(column.values[row]))
      else writer.integer(column.values[row])
      return
    case 'i64':
      if (type.kind === 'DECIMAL') writer.ascii(formatDecimal(column.values[row], type.scale))
      else writer.int64(column.words[2 * row], column.words[2 * row + 1])
      return
    case 'f64': {
      const value = column.values[row]
      if (type.kind === 'TIMESTAMP') putInstant(writer, value, isSql)
      else if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.integer(value)
      else writer.ascii(Object.is(value, -0) ? '-0.0' : String(value))
      return
    }
    case 'bytes':
      writer.bytes(column.data, column.starts[row], column.ends[row])
  }
}
