/** Cells as JSON, for views, taps and previews: BIGINT beyond 2^53 and DECIMAL as text, BYTES as base64. */
import { displayUtf8 } from '@millrace/base'
import { type Batch, type CellValue, cellAt, type RowType } from '@millrace/schemas'

/** Bytes of one text or BYTES cell that are shown. */
export const shownCellBytesMax = 4096

/** One row of a batch, in the order of `type.fields`. */
export function jsonCells(batch: Batch, type: RowType, row: number): unknown[] {
  return type.fields.map((field, index) => {
    const column = batch.columns[index]
    const cell = field.type.kind === 'STRING' ? null : cellAt(column, field.type, row)
    if (field.type.kind !== 'STRING') return jsonCell(cell)
    const bytes = cellAt(column, { kind: 'BYTES' }, row)
    return bytes instanceof Uint8Array ? displayUtf8(bytes.subarray(0, shownCellBytesMax)) : null
  })
}

function jsonCell(value: CellValue): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value.toString()
  }
  return value instanceof Uint8Array ? base64Text(value.subarray(0, shownCellBytesMax)) : value
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function base64Text(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += alphabet[group >> 18] + alphabet[(group >> 12) & 63]
    text += left > 1 ? alphabet[(group >> 6) & 63] : '='
    text += left > 2 ? alphabet[group & 63] : '='
  }
  return text
}
