/** Which columns may say when a record happened, and in which unit: by magnitude, name, order and how often they are filled. */
import type { DataType } from '../../types.ts'
import type { TimeCandidate, TimeUnit } from '../api.ts'
import { epochMs } from '../json/loose-cells.ts'
import { formatInstant } from '../text/instants.ts'

/** Times outside 2000 to 2100 are taken for something else. */
const earliestMs = 946_684_800_000
const latestMs = 4_102_444_800_000

export interface SeenColumn {
  name: string
  type: DataType
  /** Share of records with a value. */
  filled: number
  /** Values in the order of the sample; times as ms, numbers as they are. */
  numbers: readonly number[]
}

/** The likeliest first. */
export function timeCandidates(columns: readonly SeenColumn[]): TimeCandidate[] {
  return columns
    .flatMap((column) => candidateOf(column) ?? [])
    .sort((a, b) => b.confidence - a.confidence)
}

const goodNames: readonly (readonly [RegExp, number])[] = [
  [/^(event|record|row)_?time(stamp)?(_?ms|_?us)?$/, 0.3],
  [/^(ts|time|timestamp)(_?ms|_?us|_?s)?$/, 0.28],
  [/(placed|occurr?ed|happened|created|clicked|viewed|sent|received|recorded)_?(at|on)?$/, 0.25],
  [/^(at|when)$/, 0.22],
  [/(_at|_ts|_time|timestamp|time(_?ms)?)$/, 0.22],
  [/(time|date)/, 0.12],
]
const badNames =
  /(updat|modif|ingest|process|expir|delet|birth|valid|until|deadline|due|end|start_?date|next)/

function candidateOf(column: SeenColumn): TimeCandidate | undefined {
  const { kind } = column.type
  if (column.numbers.length === 0) return undefined
  if (kind === 'TIMESTAMP') return judged(column, 'iso8601', 0.7, 'holds timestamps')
  if (kind !== 'BIGINT' && kind !== 'DOUBLE') return undefined
  for (const unit of ['ms', 'us', 's'] as const) {
    const isTime = column.numbers.every((value) => {
      const ms = epochMs(value, unit)
      return ms >= earliestMs && ms < latestMs
    })
    if (isTime) return judged(column, unit, unit === 's' ? 0.4 : 0.5, unitWords[unit])
  }
  return undefined
}

const unitWords = {
  ms: 'numbers that are milliseconds since 1970',
  us: 'numbers that are microseconds since 1970',
  s: 'numbers that are seconds since 1970',
}

function judged(column: SeenColumn, unit: TimeUnit, base: number, words: string): TimeCandidate {
  const name = snakeCase(column.name)
  const penalty = badNames.test(name) ? 0.2 : 0
  const bonus = penalty > 0 ? 0 : (goodNames.find(([pattern]) => pattern.test(name))?.[1] ?? 0)
  const order = ascendingShare(column.numbers) > 0.7 ? 0.08 : 0
  const confidence = Math.max(
    0.05,
    Math.min(0.99, (base + bonus + order - penalty) * column.filled),
  )
  const times =
    unit === 'iso8601' ? column.numbers : column.numbers.map((value) => epochMs(value, unit))
  const first = Math.min(...times)
  const last = Math.max(...times)
  const reasons = [
    `${words}, from ${formatInstant(first).slice(0, 19)} to ${formatInstant(last).slice(0, 19)}`,
    bonus > 0 ? 'the name says so' : '',
    order > 0 ? 'it grows from record to record' : '',
    penalty > 0 ? 'but the name means another time than that of the event' : '',
  ]
  return {
    column: column.name,
    unit,
    confidence: Math.round(confidence * 100) / 100,
    latest: formatInstant(last),
    reason: reasons.filter((reason) => reason !== '').join('; '),
  }
}

/** `placedAt` and `PlacedAt` are judged like `placed_at`. */
function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
}

function ascendingShare(numbers: readonly number[]): number {
  if (numbers.length < 3 || numbers[numbers.length - 1] <= numbers[0]) return 0
  let ascending = 0
  for (let i = 1; i < numbers.length; i++) if (numbers[i] >= numbers[i - 1]) ascending++
  return ascending / (numbers.length - 1)
}
