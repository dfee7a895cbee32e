/** Columns and event-time candidates of a topic, from its last records. */
import type { KafkaRecord } from '@millrace/broker/client'
import { formatType } from '@millrace/schemas'
import {
  type Format,
  inferColumns,
  type SampledRecord,
  type SchemaLookup,
  type TimeCandidate as TimeFound,
} from '@millrace/schemas/formats'
import type { DecodedBytes, Inference, TimeCandidate } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { decodeBytes, eventTimeIn } from './decode-message.ts'
import { newScanBudget, scan } from './partition-scan.ts'

/** Records that inference looks at, over all partitions. */
export const inferRecordsMax = 500
/** A proposed wait is the disorder seen, and half as much again, rounded up to a second; at least this. */
const waitMsMin = 1000

export interface Sampled extends SampledRecord {
  partition: number
  offset: number
}

export async function inferTopic(
  kafka: KafkaAccess,
  topic: string,
  { schemas, subject }: { schemas: SchemaLookup; subject: string | null },
): Promise<Inference> {
  const records = await newestRecords(kafka, topic)
  const format = formatOf(records, schemas)
  const found = inferColumns(records, format, schemas)
  return {
    format,
    columns: found.columns.map((column) => ({
      name: column.name,
      type: formatType(column.type),
      nullable: column.nullable,
      path: column.path ?? null,
      examples: column.example === '' ? [] : [column.example],
      presence: column.filled,
    })),
    time: found.times.map((candidate) =>
      withDisorder(candidate, {
        path: pathOf(candidate, found.columns),
        values: decoded(records, schemas),
      }),
    ),
    sampled: found.sampled,
    undecodable: found.undecodable,
    problem: found.problem,
    subject,
  }
}

/** The last `inferRecordsMax` records, as many of each partition, by partition and offset. */
export async function newestRecords(kafka: KafkaAccess, topic: string): Promise<Sampled[]> {
  const starts = await kafka.admin.listOffsets(topic, 'earliest')
  const ends = await kafka.admin.listOffsets(topic, 'latest')
  const filled = ends.filter((end, partition) => end > starts[partition]).length
  const each = Math.ceil(inferRecordsMax / Math.max(1, filled))
  const budget = newScanBudget(Date.now())
  const records: Sampled[] = []
  for (let partition = 0; partition < ends.length; partition++) {
    const to = ends[partition]
    const from = Math.max(starts[partition], to - each)
    const take = ({ offset, key, value }: KafkaRecord) => {
      records.push({ partition, offset, key, value })
      return true
    }
    await scan(kafka, { topic, partition, from, to }, { budget, take })
  }
  return records
}

/** Values in Confluent's wire format begin with a zero byte and the id of a known schema. */
function formatOf(records: readonly Sampled[], schemas: SchemaLookup): Format {
  let avro = 0
  let other = 0
  for (const { value } of records) {
    if (!value || value.length === 0) continue
    if (value[0] === 0 && value.length > 5 && schemas.find(idOf(value)).is === 'found') avro++
    else other++
  }
  return avro > other ? 'avro' : 'json'
}

function idOf(value: Uint8Array): number {
  return ((value[1] << 24) | (value[2] << 16) | (value[3] << 8) | value[4]) >>> 0
}

function pathOf(candidate: TimeFound, columns: readonly { name: string; path?: string }[]): string {
  const path = columns.find((column) => column.name === candidate.column)?.path
  return path ?? candidate.column.replaceAll('.', '\\.')
}

function decoded(records: readonly Sampled[], schemas: SchemaLookup) {
  const decoder = { schemas, nameOfSchema: () => '', time: null }
  return records.map(({ partition, value }) => ({
    partition,
    value: decodeBytes(value, decoder),
  }))
}

/** How far behind the newest record of its partition a record came: what a source has to wait for. */
function withDisorder(
  candidate: TimeFound,
  { path, values }: { path: string; values: readonly { partition: number; value: DecodedBytes }[] },
): TimeCandidate {
  const { column, unit } = candidate
  const newest = new Map<number, number>()
  let disorderMs = 0
  for (const { partition, value } of values) {
    const time = eventTimeIn(value, { column, path, unit })
    if (time === null) continue
    const before = newest.get(partition)
    if (before === undefined || time > before) newest.set(partition, time)
    else disorderMs = Math.max(disorderMs, before - time)
  }
  const waitMs = Math.max(waitMsMin, Math.ceil((disorderMs * 1.5) / 1000) * 1000)
  return {
    column,
    unit,
    words: candidate.reason,
    disorderMs,
    waitMs,
  }
}
