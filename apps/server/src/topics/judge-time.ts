/** How the records of a topic lie in event time: rate, disorder, and the delay that would have admitted them; pure. */
import type { TopicTime } from '../api-types.ts'

/** One sampled record; those of a partition in the order of their arrival. */
export interface TimedRecord {
  partition: number
  /** Event time, ms; null: it has none. */
  time: number | null
}

export type TimeVerdict = Pick<TopicTime, 'withoutTime' | 'rate' | 'disorder' | 'delays'>

/** Columns of the rate that fit a screen. */
const rateColumnsMax = 120
const judgedShares = [0.99, 0.999, 1]
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const roundSteps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 30].map((count) => count * minute),
  ...[1, 2, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 30, 365].map((count) => count * day),
]

export function judgeTime(records: readonly TimedRecord[]): TimeVerdict {
  const timed = records.filter(hasTime)
  const behind = behindOf(timed)
  return {
    withoutTime: records.length - timed.length,
    rate: rateOf(timed.map(({ time }) => time)),
    disorder: disorderOf(behind),
    delays: judgedShares.map((share) => delayFor(behind, share)),
  }
}

function hasTime(record: TimedRecord): record is { partition: number; time: number } {
  return record.time !== null
}

/** How far each record lies behind the newest of its partition when it arrives, ms, ascending; 0: it is the newest. */
function behindOf(timed: readonly { partition: number; time: number }[]): number[] {
  const newest = new Map<number, number>()
  const behind = timed.map(({ partition, time }) => {
    const before = newest.get(partition)
    if (before !== undefined && before >= time) return before - time
    newest.set(partition, time)
    return 0
  })
  return behind.sort((a, b) => a - b)
}

/**
 * The share of records in time with a delay: the watermark is the newest event time less the delay less 1 ms (Flink's
 * BoundedOutOfOrdernessWatermarks), so a record that lies exactly the delay behind is still admitted.
 */
export function admittedBy(records: readonly TimedRecord[], delayMs: number): number | null {
  const behind = behindOf(records.filter(hasTime))
  if (behind.length === 0) return null
  return behind.filter((ms) => ms <= delayMs).length / behind.length
}

/** The smallest delay with which at least this share of the records is admitted. */
function delayFor(behind: readonly number[], share: number): TopicTime['delays'][number] {
  if (behind.length === 0) return { share, delayMs: null, later: 0 }
  const delayMs = behind[Math.ceil(behind.length * share) - 1]
  return { share, delayMs, later: behind.filter((ms) => ms > delayMs).length }
}

function disorderOf(behind: readonly number[]): TopicTime['disorder'] {
  const late = behind.filter((ms) => ms > 0)
  const bands: TopicTime['disorder']['bands'] = []
  let at = 0
  for (const upToMs of [...roundSteps, Number.MAX_SAFE_INTEGER]) {
    let count = 0
    for (; at < late.length && late[at] <= upToMs; at++) count++
    const isBeforeFirst = bands.length === 0 && count === 0
    if (!isBeforeFirst) bands.push({ upToMs, records: count })
    if (at === late.length) break
  }
  return { inOrder: behind.length - late.length, bands: late.length === 0 ? [] : bands }
}

function rateOf(times: readonly number[]): TopicTime['rate'] {
  if (times.length === 0) return null
  let low = times[0]
  let high = times[0]
  for (const time of times) {
    if (time < low) low = time
    if (time > high) high = time
  }
  const wanted = Math.max(second, (high - low) / rateColumnsMax)
  const stepMs = roundSteps.find((step) => step >= wanted) ?? wanted
  const from = Math.floor(low / stepMs) * stepMs
  const rows = new Array<number>(Math.floor((high - from) / stepMs) + 1).fill(0)
  for (const time of times) rows[Math.floor((time - from) / stepMs)]++
  return { from, stepMs, rows }
}
