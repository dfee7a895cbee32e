/** Makes the cells of a generated column, each from the row's number alone. */
import { assert, encodeUtf8 } from '@millrace/base'
import type { GeneratedColumn, GeneratorSpec } from '@millrace/engine/plan'
import type { BatchBuilder, CellValue, DataType } from '@millrace/schemas'
import { chance, chanceWord } from './counter-random.ts'

/** Which row a cell belongs to. */
export interface RowPlace {
  partition: number
  /** Number of the row in its partition. */
  row: number
  eventTime: number
}

/** Puts the cell into row `at` of the builder's column `index`. */
export type CellMaker = (
  builder: BatchBuilder,
  cell: { index: number; at: number },
  place: RowPlace,
) => void

interface MakerContext {
  seed: number
  /** Keeps the columns independent of each other. */
  salt: number
  partitions: number
  type: DataType
}

/** Encoded keys that are kept for reuse. */
const cachedKeysMax = 10_000

/** `index`: of the column among all declared ones, so that its values do not depend on which are produced. */
export function cellMaker(
  column: GeneratedColumn,
  options: { seed: number; index: number; partitions: number },
): CellMaker {
  const { seed, index, partitions } = options
  const salt = index * 8
  const make = makerOf(column.generator, { seed, salt, partitions, type: column.type })
  const { nullShare } = column
  if (nullShare <= 0) return make
  return (builder, cell, place) => {
    if (chance(seed, place.partition, place.row, salt + 7) < nullShare) {
      builder.setNull(cell.index, cell.at)
    } else make(builder, cell, place)
  }
}

function makerOf(spec: GeneratorSpec, context: MakerContext): CellMaker {
  const { seed, salt, partitions, type } = context
  const random = ({ partition, row }: RowPlace) => chance(seed, partition, row, salt)
  switch (spec.is) {
    case 'sequence':
      return numbered(type, spec.prefix, ({ partition, row }) => {
        return spec.start + row * partitions + partition
      })
    case 'key':
      return numbered(type, spec.prefix, zipf(spec.count, spec.skew, random))
    case 'uuid':
      return valued((place) => uuid(context, place))
    case 'pick':
      return pickMaker(spec, type, random)
    case 'integer':
      return valued((place) => {
        const whole = spec.low + Math.floor(random(place) * (spec.high - spec.low + 1))
        return wholeCell(type, whole)
      })
    case 'decimal':
      return valued((place) => {
        const value = spec.low + random(place) * (spec.high - spec.low)
        return type.kind === 'DECIMAL' ? BigInt(Math.round(value * 10 ** type.scale)) : value
      })
    case 'boolean':
      return valued((place) => random(place) < spec.share)
    case 'event-time':
      return valued((place) => wholeCell(type, place.eventTime))
  }
}

function valued(value: (place: RowPlace) => CellValue): CellMaker {
  return (builder, { index, at }, place) => builder.setCell(index, at, value(place))
}

/** Numbers as they are, or behind a prefix for STRING; short lists of texts are encoded once. */
function numbered(
  type: DataType,
  prefix: string,
  numberOf: (place: RowPlace) => number,
): CellMaker {
  if (type.kind !== 'STRING') return valued((place) => wholeCell(type, numberOf(place)))
  const cached: (Uint8Array | undefined)[] = []
  return (builder, { index, at }, place) => {
    const number = numberOf(place)
    let bytes = cached[number]
    if (bytes === undefined) {
      bytes = encodeUtf8(prefix + number)
      if (number >= 0 && number < cachedKeysMax) cached[number] = bytes
    }
    builder.setBytes(index, at, bytes)
  }
}

function wholeCell(type: DataType, whole: number): CellValue {
  if (type.kind === 'DECIMAL') return BigInt(whole) * 10n ** BigInt(type.scale)
  if (type.kind === 'STRING') return String(whole)
  return type.kind === 'BIGINT' ? BigInt(whole) : whole
}

/** 1 to `count`; k has weight 1 / k^skew. */
function zipf(
  count: number,
  skew: number,
  random: (place: RowPlace) => number,
): (place: RowPlace) => number {
  if (skew === 0) return (place) => 1 + Math.floor(random(place) * count)
  const weights = Array.from({ length: count }, (_, k) => 1 / (k + 1) ** skew)
  const sums = runningSums(weights)
  return (place) => 1 + firstAbove(sums, random(place))
}

function pickMaker(
  spec: Extract<GeneratorSpec, { is: 'pick' }>,
  type: DataType,
  random: (place: RowPlace) => number,
): CellMaker {
  assert(spec.values.length > 0, 'a pick generator has no values')
  const cells = spec.values.map((text) => parseCell(text, type))
  const sums = runningSums(spec.values.map((_, index) => spec.weights?.[index] ?? 1))
  return (builder, { index, at }, place) => {
    const cell = cells[firstAbove(sums, random(place))]
    if (cell instanceof Uint8Array) builder.setBytes(index, at, cell)
    else builder.setCell(index, at, cell)
  }
}

/** A value in the text form of its type; the node's config was checked for it. */
function parseCell(text: string, type: DataType): CellValue {
  switch (type.kind) {
    case 'STRING':
    case 'BYTES':
      return encodeUtf8(text)
    case 'BOOLEAN':
      return text.toLowerCase() === 'true'
    case 'BIGINT':
      return BigInt(text)
    case 'DECIMAL':
      return BigInt(Math.round(Number(text) * 10 ** type.scale))
    case 'DATE':
      return Math.floor(Date.parse(text) / 86_400_000)
    case 'TIMESTAMP':
      return /^-?\d+$/.test(text) ? Number(text) : Date.parse(text)
    case 'INT':
    case 'DOUBLE':
      return Number(text)
  }
}

function runningSums(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length)
  let sum = 0
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]
    sums[i] = sum
  }
  return sums
}

/** First index whose sum is above `share` of the last one. */
function firstAbove(sums: Float64Array, share: number): number {
  const wanted = share * sums[sums.length - 1]
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle] > wanted) high = middle
    else low = middle + 1
  }
  return low
}

/** Version 4 in shape; from the seed, so the same row has the same one. */
function uuid({ seed, salt }: MakerContext, { partition, row }: RowPlace): string {
  let hex = ''
  for (let word = 0; word < 4; word++) {
    hex += chanceWord(seed, partition, row, salt + word)
      .toString(16)
      .padStart(8, '0')
  }
  const variant = (8 + (Number.parseInt(hex[16], 16) & 3)).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
