/** Rows as JSON objects: keys in the order of the row type, NULL as null, all digits of BIGINT and DECIMAL (ADR 0062). */
import { encodeUtf8 } from '@millrace/base'
import type { Batch } from '../../batch.ts'
import type { BytesColumn, Column } from '../../columns.ts'
import { isValid } from '../../columns.ts'
import type { DataType, RowType } from '../../types.ts'
import type { BatchEncoder } from '../api.ts'
import type { ByteWriter } from '../byte-writer.ts'
import { putCellText } from '../cell-text.ts'
import { encoderOf } from '../row-encoder.ts'
import { base64Size, putBase64 } from '../text/base64.ts'
import { backslash, closeBrace, quote, stopsString } from './scan.ts'

/** `columns`: only these, by index; all when absent. */
export function createJsonEncoder(
  row: RowType,
  timestamps: 'iso8601' | 'sql' = 'iso8601',
  columns: readonly number[] = row.fields.map((_, index) => index),
): BatchEncoder {
  const isSql = timestamps === 'sql'
  const prefixes = columns.map((column, at) =>
    encodeUtf8(`${at === 0 ? '{' : ','}${JSON.stringify(row.fields[column].name)}:`),
  )
  return encoderOf((writer: ByteWriter, batch: Batch, index: number) => {
    if (columns.length === 0) writer.byte(0x7b)
    for (let i = 0; i < columns.length; i++) {
      writer.bytes(prefixes[i])
      putValue(writer, batch.columns[columns[i]], row.fields[columns[i]].type, index, isSql)
    }
    writer.byte(closeBrace)
    return true
  })
}

function putValue(
  writer: ByteWriter,
  column: Column,
  type: DataType,
  row: number,
  isSql: boolean,
): void {
  if (!isValid(column.valid, row)) {
    writer.ascii('null')
    return
  }
  if (column.rep === 'bytes') {
    putText(writer, column, type, row)
    return
  }
  // JSON has no NaN and no Infinity: they are written as text, as Flink does, and read back from it.
  const isText =
    type.kind === 'DATE' ||
    type.kind === 'TIMESTAMP' ||
    (column.rep === 'f64' && !Number.isFinite(column.values[row]))
  if (isText) writer.byte(quote)
  putCellText(writer, column, type, row, isSql)
  if (isText) writer.byte(quote)
}

function putText(writer: ByteWriter, column: BytesColumn, type: DataType, row: number): void {
  const start = column.starts[row]
  const end = column.ends[row]
  writer.byte(quote)
  if (type.kind === 'BYTES') {
    writer.ensure(base64Size(end - start))
    writer.at = putBase64(column.data, start, end, writer.data, writer.at)
  } else putEscaped(writer, column.data, start, end)
  writer.byte(quote)
}

const shortEscapes: Record<number, string> = {
  8: '\\b',
  9: '\\t',
  10: '\\n',
  12: '\\f',
  13: '\\r',
  [quote]: '\\"',
  [backslash]: '\\\\',
}

function putEscaped(writer: ByteWriter, data: Uint8Array, start: number, end: number): void {
  let from = start
  for (let p = start; p < end; p++) {
    const c = data[p]
    if (stopsString[c] === 0 || c >= 0x80) continue
    writer.bytes(data, from, p)
    from = p + 1
    const short = shortEscapes[c]
    if (short !== undefined) writer.ascii(short)
    else {
      writer.ascii('\\u00')
      writer.hex(c)
    }
  }
  writer.bytes(data, from, end)
}
