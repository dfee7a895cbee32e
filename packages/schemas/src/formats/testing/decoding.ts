/** Helpers of the format tests: slices out of values, rows out of columns. */
import { encodeUtf8 } from '@millrace/base'
import type { CellValue } from '../../batch.ts'
import { rowAt } from '../../batch.ts'
import type { BadRecord, BatchDecoder, RecordSlices, SourceColumn } from '../api.ts'

/** Values as a connector sees them: inside one larger array, with foreign bytes in front, between and behind. */
export function slicesOf(
  values: readonly (Uint8Array | null)[],
  between = ',"x":1}',
): RecordSlices {
  const gap = encodeUtf8(between)
  const size = values.reduce((sum, value) => sum + (value?.length ?? 0) + gap.length, gap.length)
  const data = new Uint8Array(size)
  const starts = new Int32Array(values.length)
  const ends = new Int32Array(values.length)
  data.set(gap, 0)
  let at = gap.length
  values.forEach((value, i) => {
    starts[i] = at
    if (value === null) {
      ends[i] = at - 1
      return
    }
    data.set(value, at)
    at += value.length
    ends[i] = at
    data.set(gap, at)
    at += gap.length
  })
  return { data, starts, ends, count: values.length }
}

export interface Decoded {
  rows: Record<string, CellValue>[]
  bad: BadRecord[]
  records: number[] | null
}

export function decodeAll(
  decoder: BatchDecoder,
  columns: readonly SourceColumn[],
  values: readonly (Uint8Array | string | null)[],
  between?: string,
): Decoded {
  const bytes = values.map((value) => (typeof value === 'string' ? encodeUtf8(value) : value))
  const decoded = decoder.decode(slicesOf(bytes, between))
  const batch = {
    length: decoded.length,
    columns: decoded.columns,
    eventTimes: null,
    rowKinds: null,
    origins: null,
  }
  const rows = Array.from({ length: decoded.length }, (_, row) =>
    rowAt(batch, { fields: columns }, row),
  )
  return {
    rows,
    bad: decoded.bad,
    records: decoded.records && [...decoded.records.subarray(0, decoded.length)],
  }
}
