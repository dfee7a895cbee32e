/** Chooses the preview's records: one slice of event time common to all sources, thinned by whole keys; pure. */
import { counted, duration, eventTimeText, listed } from '../runs/words.ts'

/** The slice is at least so many of the longest window, so that closed windows are seen. */
export const sampleWindows = 3
/** Without windows a slice of this length is enough. */
const plainSliceMs = 300_000

export interface SampleCandidate {
  partition: number
  offset: number
  /** Event time, else the record's timestamp, ms. */
  time: number
  /** Records of one key stay together. */
  key: string
}

export interface SampleInput<C extends SampleCandidate> {
  topic: string
  candidates: readonly C[]
  /** Older records exist that were not looked at. */
  cutOff: boolean
}

export interface SampleSlice<C extends SampleCandidate> {
  topics: {
    topic: string
    records: C[]
    sliceRecords: number
    from: number | null
    to: number | null
  }[]
  words: string
}

export interface SliceLimits {
  longestWindowMs: number
  recordsMax: number
}

export function sampleSlice<C extends SampleCandidate>(
  inputs: readonly SampleInput<C>[],
  limits: SliceLimits,
): SampleSlice<C> {
  const span = commonSpan(inputs, limits)
  const ahead = inputs.reduce(
    (sum, { candidates }) => sum + candidates.filter(({ time }) => time > span.outliersFrom).length,
    0,
  )
  const slices = inputs.map((input) => ({
    topic: input.topic,
    records: input.candidates.filter(({ time }) => time >= span.from && time <= span.to),
  }))
  const total = slices.reduce((sum, slice) => sum + slice.records.length, 0)
  const every = thinningFor(slices, total, limits.recordsMax)
  const topics = slices.map(({ topic, records }) => {
    const kept = every === 1 ? [...records] : records.filter((each) => keptKey(each.key, every))
    return { topic, records: kept, sliceRecords: records.length, ...spanOf(kept) }
  })
  const shortened = cutToLimit(topics, limits.recordsMax)
  for (const topic of topics) {
    topic.records.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  }
  return { topics, words: describe(topics, { every, total, ahead, span, shortened, limits }) }
}

interface Span {
  from: number
  to: number
  /** No time is common to all sources: each gives what it has. */
  apart: boolean
  /** Records beyond are too few and too far ahead to count as the end. */
  outliersFrom: number
}

/** So small a share of a source is no end of it, if it lies a whole slice ahead of the rest. */
const outlierShare = 0.01

/** Ends where the first of the sources ends, and begins three windows earlier (whole windows) if all reach so far. */
function commonSpan<C extends SampleCandidate>(
  inputs: readonly SampleInput<C>[],
  limits: SliceLimits,
): Span {
  let to = Number.POSITIVE_INFINITY
  let from = Number.NEGATIVE_INFINITY
  let outliersFrom = Number.NEGATIVE_INFINITY
  const size = limits.longestWindowMs
  const length = size > 0 ? sampleWindows * size : plainSliceMs
  for (const { candidates } of inputs) {
    if (candidates.length === 0) continue
    const times = Float64Array.from(candidates, ({ time }) => time).sort()
    const last = endOf(times, length)
    to = Math.min(to, last)
    from = Math.max(from, times[0])
    outliersFrom = Math.max(outliersFrom, last)
  }
  if (to === Number.POSITIVE_INFINITY) return { from: 0, to: 0, apart: false, outliersFrom: to }
  // Sources that do not overlap give what each has: an empty sample would explain nothing.
  if (from > to)
    return { from: Number.NEGATIVE_INFINITY, to: outliersFrom, apart: true, outliersFrom }
  const wanted = size > 0 ? Math.floor(to / size) * size - length : to - length
  return { from: Math.max(from, wanted), to, apart: false, outliersFrom }
}

/** The newest of the sorted times, without a few records of a wrong clock that would leave nothing else in the slice. */
function endOf(times: Float64Array, length: number): number {
  const fewest = Math.floor(times.length * outlierShare)
  let end = times.length - 1
  for (let left = 1; left <= fewest; left++) {
    const at = times.length - left
    if (times[at] - times[at - 1] > length) end = at - 1
  }
  return times[end]
}

function spanOf(records: readonly SampleCandidate[]): { from: number | null; to: number | null } {
  let from: number | null = null
  let to: number | null = null
  for (const { time } of records) {
    if (from === null || time < from) from = time
    if (to === null || time > to) to = time
  }
  return { from, to }
}

/** The smallest "every n-th key" that fits; the same keys in every topic, so that joins still meet. */
function thinningFor(
  slices: readonly { records: readonly SampleCandidate[] }[],
  total: number,
  recordsMax: number,
): number {
  if (total <= recordsMax) return 1
  const hashes = new Map<number, number>()
  for (const { records } of slices) {
    for (const { key } of records) {
      const hash = keyHash(key)
      hashes.set(hash, (hashes.get(hash) ?? 0) + 1)
    }
  }
  for (let every = Math.ceil(total / recordsMax); every < total; every = Math.ceil(every * 1.25)) {
    let kept = 0
    for (const [hash, count] of hashes) if (hash % every === 0) kept += count
    if (kept <= recordsMax && kept > 0) return every
    // Fewer keys than that: the records themselves are cut.
    if (kept === 0) return 1
  }
  return 1
}

function keptKey(key: string, every: number): boolean {
  return keyHash(key) % every === 0
}

/** FNV-1a over UTF-16 units, finished as in murmur3 so that its low bits are even. */
function keyHash(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** When a few keys have nearly all records, the newest records stay. Says whether it had to. */
function cutToLimit<C extends SampleCandidate>(
  topics: { records: C[]; from: number | null; to: number | null }[],
  recordsMax: number,
): boolean {
  const total = topics.reduce((sum, { records }) => sum + records.length, 0)
  if (total <= recordsMax) return false
  const times = topics
    .flatMap(({ records }) => records.map(({ time }) => time))
    .sort((a, b) => b - a)
  const oldest = times[recordsMax - 1]
  let room = recordsMax
  for (const topic of topics) {
    const newest = topic.records.filter(({ time }) => time >= oldest)
    topic.records = newest.slice(Math.max(0, newest.length - room))
    room -= topic.records.length
    Object.assign(topic, spanOf(topic.records))
  }
  return true
}

interface Described {
  every: number
  total: number
  ahead: number
  span: Span
  shortened: boolean
  limits: SliceLimits
}

function describe(
  topics: readonly {
    topic: string
    records: readonly unknown[]
    from: number | null
    to: number | null
  }[],
  { every, total, ahead, span, shortened, limits }: Described,
): string {
  const kept = topics.reduce((sum, { records }) => sum + records.length, 0)
  const names = listed(topics.map(({ topic }) => topic))
  if (kept === 0) return `No records in ${names}.`
  const froms = topics.map(({ from }) => from).filter((from) => from !== null)
  const tos = topics.map(({ to }) => to).filter((to) => to !== null)
  const from = Math.min(...froms)
  const to = Math.max(...tos)
  const parts = [
    `${counted(kept, 'record')} of ${names} from ${eventTimeText(from)} to ${eventTimeText(to)}`,
  ]
  if (every > 1) parts.push(`one key in ${every}, whole`)
  if (shortened) parts.push('the newest, since a few keys have nearly all records')
  if (kept < total) parts.push(`of ${counted(total, 'record')} in that time`)
  if (span.apart) parts.push('each its own time, since they have none in common')
  if (ahead > 0) parts.push(`without ${counted(ahead, 'record')} far ahead of the others`)
  const enough = sampleWindows * limits.longestWindowMs
  if (limits.longestWindowMs > 0 && to - from < enough) {
    parts.push(`shorter than three windows of ${duration(limits.longestWindowMs)}`)
  }
  return `${parts.join(', ')}.`
}
