/** Reads stretches of partitions for people: bounded in records, bytes and time. */
import type { KafkaRecord } from '@millrace/broker/client'
import type { KafkaAccess } from '../kafka/kafka-access.ts'

/** Most records and bytes that one browse, inference or sample looks at. */
export const scanRecordsMax = 200_000
export const scanBytesMax = 64 * 1024 * 1024
/** After this long an answer is given with what was found. */
export const scanMsMax = 4000
const chunkBytes = 1024 * 1024

export interface ScanBudget {
  records: number
  bytes: number
  deadline: number
}

export function newScanBudget(now: number): ScanBudget {
  return { records: scanRecordsMax, bytes: scanBytesMax, deadline: now + scanMsMax }
}

export function isSpent(budget: ScanBudget): boolean {
  return budget.records <= 0 || budget.bytes <= 0 || Date.now() > budget.deadline
}

export interface Stretch {
  topic: string
  partition: number
  /** First offset to read. */
  from: number
  /** Reading ends below it. */
  to: number
}

/**
 * Hands each record of the stretch to `take` until it returns false, the stretch ends or the budget is spent. Returns the
 * offset after the last record handed out (or the stretch's end: gaps are passed over).
 */
export async function scan(
  kafka: KafkaAccess,
  { topic, partition, from, to }: Stretch,
  { budget, take }: { budget: ScanBudget; take: (record: KafkaRecord) => boolean },
): Promise<number> {
  let position = from
  while (position < to && !isSpent(budget)) {
    const chunk = await kafka.read(topic, partition, { offset: position, maxBytes: chunkBytes })
    for (const record of chunk.records) {
      if (record.offset >= to) return to
      budget.records--
      budget.bytes -= sizeOf(record)
      position = record.offset + 1
      if (!take(record)) return position
    }
    if (chunk.nextOffset <= position && chunk.records.length === 0) return position
    position = Math.max(position, Math.min(to, chunk.nextOffset))
  }
  return position
}

export function sizeOf(record: KafkaRecord): number {
  return (record.key?.length ?? 0) + (record.value?.length ?? 0)
}
