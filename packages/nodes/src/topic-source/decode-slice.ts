/** Records of a log to what the source emits: batches of rows with event times, and dead letters with untouched bytes. */
import { copyBytes } from '@millrace/base'
import { deadLetterRow, type TopicSourceConfig } from '@millrace/engine/plan'
import { type PartitionPosition, type PartitionState, takeRows } from '@millrace/engine/runtime'
import { type Batch, BatchBuilder, type Column, isValid, type Origins } from '@millrace/schemas'
import {
  type BatchDecoder,
  createDecoder,
  type DecodedRows,
  type SchemaLookup,
  type SourceColumn,
} from '@millrace/schemas/formats'
import { type Cut, cutBatches } from './cut-batches.ts'

/** Records of whole record batches as positions into one byte array; the broker's `RecordBlock`. */
export interface Records {
  count: number
  bytes: Uint8Array
  offsets: Float64Array
  timestamps: Float64Array
  keyStart: Int32Array
  keyEnd: Int32Array
  valueStart: Int32Array
  valueEnd: Int32Array
  batchCount: number
  batchEnd: Int32Array
}

/** What is emitted in one go; the partition is at `after` when it left. */
export interface Emission {
  rows: Batch | null
  deadLetters: Batch | null
  /** Records that it stands for. */
  records: number
  after: PartitionPosition
}

export interface Slice {
  emissions: Emission[]
  /** Records dealt with. */
  consumed: number
  /** A schema that must be fetched before the rest can be decoded. */
  awaiting: number | null
}

export interface SliceDecoderOptions {
  config: TopicSourceConfig
  schemas: SchemaLookup
  origins: boolean
  deadLetterEventTime: boolean
}

export class SliceDecoder {
  private readonly options: SliceDecoderOptions
  private readonly decoder: BatchDecoder
  private readonly producedCount: number
  /** Place of the time column among the decoded ones; -1: none. */
  private readonly timeColumn: number

  constructor(options: SliceDecoderOptions) {
    const { config } = options
    const wanted = [...config.produced]
    this.producedCount = wanted.length
    if (config.time && !wanted.includes(config.time.column)) wanted.push(config.time.column)
    this.timeColumn = config.time ? wanted.indexOf(config.time.column) : -1
    this.options = options
    this.decoder = createDecoder({
      format: config.format,
      columns: wanted.map((index) => sourceColumn(config, index)),
      schemas: options.schemas,
      invalidUtf8: config.invalidUtf8,
    })
  }

  /** Decodes records `from` up to `to`. */
  decode(records: Records, range: { from: number; to: number }, before: PartitionState): Slice {
    const { from, to } = range
    const starts = records.valueStart.subarray(from, to)
    const ends = records.valueEnd.subarray(from, to)
    // A null value has start and end -1; the decoders want an end below the start.
    for (let i = 0; i < starts.length; i++) if (starts[i] < 0) ends[i] = -2
    const decoded = this.decoder.decode({ data: records.bytes, starts, ends, count: to - from })
    const { consumed, awaiting } = decoded
    if (consumed === 0) return { emissions: [], consumed, awaiting }
    const emissions = this.emissionsOf(records, from, decoded, before)
    let start = 0
    for (const emission of emissions) {
      const end = start + emission.records
      emission.deadLetters = this.deadLettersOf(records, from, decoded, {
        partition: before.partition,
        start,
        end,
      })
      start = end
    }
    return { emissions, consumed, awaiting }
  }

  private emissionsOf(
    records: Records,
    from: number,
    decoded: DecodedRows,
    before: PartitionState,
  ): Emission[] {
    const { consumed } = decoded
    const rows = decoded.length
    const recordOf = (row: number) => (decoded.records ? decoded.records[row] : row)
    const batch = this.batchOf(records, decoded, { partition: before.partition, from })
    const { maxEventTime, maxEventTimeOffset, watermark } = before
    const offset = records.offsets[from + consumed - 1] + 1
    const { time } = this.options.config
    if (!time || !batch.eventTimes) {
      const after = { offset, maxEventTime, maxEventTimeOffset, watermark }
      return [{ rows: batch, deadLetters: null, records: consumed, after }]
    }
    const run = {
      rows,
      eventTimes: batch.eventTimes,
      offsetOf: (row: number) => records.offsets[from + recordOf(row)],
      ends: rowEnds(records, from, decoded),
    }
    const cuts = cutBatches(run, before, time.waitMs)
    const endOf = (cut: Cut) => (cut.to < rows ? recordOf(cut.to) : consumed)
    return cuts.map((cut, index) => ({
      rows: cuts.length === 1 ? batch : rowsBetween(batch, cut),
      deadLetters: null,
      records: endOf(cut) - (index === 0 ? 0 : endOf(cuts[index - 1])),
      after: {
        maxEventTime: cut.maxEventTime,
        maxEventTimeOffset: cut.maxEventTimeOffset,
        watermark: cut.watermark,
        offset: cut.to < rows ? records.offsets[from + recordOf(cut.to)] : offset,
      },
    }))
  }

  private batchOf(
    records: Records,
    decoded: DecodedRows,
    place: { partition: number; from: number },
  ): Batch {
    const { length } = decoded
    const columns = decoded.columns.slice(0, this.producedCount)
    return {
      length,
      columns: columns.map((column) => ownBytes(column, records.bytes, length)),
      eventTimes:
        this.timeColumn < 0 ? null : eventTimesOf(decoded.columns[this.timeColumn], length),
      rowKinds: null,
      origins: this.options.origins ? originsOf(records, decoded, place) : null,
    }
  }

  /** Those among the decoded records `start` up to `end`. */
  private deadLettersOf(
    records: Records,
    from: number,
    decoded: DecodedRows,
    range: { partition: number; start: number; end: number },
  ): Batch | null {
    const bad = decoded.bad.filter(({ index }) => index >= range.start && index < range.end)
    if (bad.length === 0) return null
    const builder = new BatchBuilder(deadLetterRow, {
      capacity: bad.length,
      withEventTime: this.options.deadLetterEventTime,
    })
    for (const { index, message } of bad) {
      const record = from + index
      const row = builder.addRow(Number.NaN)
      builder.setCell(0, row, message)
      builder.setCell(1, row, this.options.config.topic)
      builder.setCell(2, row, range.partition)
      builder.setCell(3, row, records.offsets[record])
      builder.setCell(4, row, records.timestamps[record])
      setSlice(builder, 5, row, records.bytes, records.keyStart[record], records.keyEnd[record])
      setSlice(builder, 6, row, records.bytes, records.valueStart[record], records.valueEnd[record])
    }
    return builder.take()
  }
}

function sourceColumn(config: TopicSourceConfig, index: number): SourceColumn {
  const { name, type, nullable, path, unit } = config.columns[index]
  const isTime = config.time?.column === index
  return {
    name,
    type,
    nullable,
    path: path?.map((key) => key.replaceAll('\\', '\\\\').replaceAll('.', '\\.')).join('.'),
    unit: isTime ? config.time?.unit : unit,
  }
}

/** For each record batch that ends behind record `from`: behind which of the decoded rows. */
function rowEnds(records: Records, from: number, decoded: DecodedRows): number[] {
  const ends: number[] = []
  let row = 0
  for (let b = 0; b < records.batchCount; b++) {
    const end = records.batchEnd[b] - from
    if (end <= 0) continue
    if (decoded.records === null) row = end
    else while (row < decoded.length && decoded.records[row] < end) row++
    const goesOn = end > decoded.consumed
    ends.push(goesOn ? Number.POSITIVE_INFINITY : row)
    if (end >= decoded.consumed) break
  }
  return ends
}

function originsOf(
  records: Records,
  { length, records: recordOfRow }: DecodedRows,
  place: { partition: number; from: number },
): Origins {
  const { partition, from } = place
  const offset = recordOfRow ? new Float64Array(length) : records.offsets.slice(from, from + length)
  if (recordOfRow) {
    for (let row = 0; row < length; row++) offset[row] = records.offsets[from + recordOfRow[row]]
  }
  return { partition: new Int32Array(length).fill(partition), offset }
}

function rowsBetween(batch: Batch, cut: Cut): Batch {
  const count = cut.to - cut.from
  return takeRows(
    batch,
    Int32Array.from({ length: count }, (_, i) => cut.from + i),
    count,
  )
}

function eventTimesOf(column: Column, length: number): Float64Array {
  if (column.rep !== 'f64') return new Float64Array(length).fill(Number.NaN)
  if (column.valid === null) return column.values
  const times = new Float64Array(length)
  for (let row = 0; row < length; row++) {
    times[row] = isValid(column.valid, row) ? column.values[row] : Number.NaN
  }
  return times
}

/** The reader uses its bytes again: what a batch keeps must lie in bytes of its own, and only what its rows need. */
function ownBytes(column: Column, shared: Uint8Array, length: number): Column {
  if (column.rep !== 'bytes' || column.data.buffer !== shared.buffer) return column
  const { data, valid, starts, ends } = column
  let size = 0
  for (let row = 0; row < length; row++) {
    if (valid !== null && !isValid(valid, row)) ends[row] = starts[row]
    size += ends[row] - starts[row]
  }
  const own = new Uint8Array(size)
  let to = 0
  for (let row = 0; row < length; row++) {
    const start = starts[row]
    const end = ends[row]
    starts[row] = to
    if (end - start > longSliceBytes) {
      own.set(data.subarray(start, end), to)
      to += end - start
    } else {
      for (let from = start; from < end; from++) own[to++] = data[from]
    }
    ends[row] = to
  }
  return { ...column, data: own }
}

/** Slices above this are copied by one call; below, the loop is cheaper. */
const longSliceBytes = 32

function setSlice(
  builder: BatchBuilder,
  index: number,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  if (start < 0) builder.setNull(index, row)
  else builder.setBytes(index, row, copyBytes(bytes.subarray(start, end)))
}
