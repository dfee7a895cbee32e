/** Reads the topics' tails for the preview and chooses the slice; bytes go out as they lie in the topic. */
import type { KafkaRecord } from '@millrace/broker/client'
import type { SchemaLookup } from '@millrace/schemas/formats'
import type { SampleRecord, TopicSample } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import type { SampleRequest } from '../services.ts'
import { decodeBytes } from './decode-message.ts'
import { newScanBudget, type ScanBudget, scan } from './partition-scan.ts'
import {
  type SampleCandidate,
  type SampleInput,
  sampleSlice,
  sampleWindows,
} from './sample-slice.ts'
import { eventTimeOf, splitPath, valueAt } from './value-path.ts'

/** Records of one topic that are looked at, over its partitions. */
const topicRecordsMax = 60_000
/** Event time and arrival differ: so much more is read than the windows need. */
const slackMs = 120_000
/** Largest value that a sample carries. */
const sampleBytesMax = 16 * 1024 * 1024

type RequestedTopic = SampleRequest['topics'][number]

interface Candidate extends SampleCandidate {
  record: KafkaRecord
}

export async function sampleTopics(
  kafka: KafkaAccess,
  request: SampleRequest,
  schemas: SchemaLookup,
): Promise<TopicSample> {
  const inputs: SampleInput<Candidate>[] = []
  const partitions = new Map<string, number>()
  for (const topic of request.topics) {
    const read = await readTail(kafka, topic, { request, schemas })
    inputs.push({ topic: topic.topic, candidates: read.candidates, cutOff: read.cutOff })
    partitions.set(topic.topic, read.partitions)
  }
  const slice = sampleSlice(inputs, request)
  const ids = new Set<number>()
  let room = sampleBytesMax
  const topics = slice.topics.map(({ topic, records, sliceRecords, from, to }) => ({
    topic,
    partitions: partitions.get(topic) ?? 1,
    records: records.flatMap(({ partition, record }) => {
      room -= (record.key?.length ?? 0) + (record.value?.length ?? 0)
      if (room < 0) return []
      noteSchema(record.value, ids)
      return [sampleRecord(partition, record)]
    }),
    sliceRecords,
    from,
    to,
  }))
  return {
    topics,
    schemas: [...ids].flatMap((id) => {
      const found = schemas.find(id)
      return found.is === 'found' ? [{ id, type: 'AVRO' as const, schema: found.text }] : []
    }),
    words: room < 0 ? `${slice.words} Cut at 16 MB.` : slice.words,
    thinnedTo: topics.reduce((sum, { records }) => sum + records.length, 0),
  }
}

interface Tail {
  candidates: Candidate[]
  cutOff: boolean
  partitions: number
}

async function readTail(
  kafka: KafkaAccess,
  topic: RequestedTopic,
  { request, schemas }: { request: SampleRequest; schemas: SchemaLookup },
): Promise<Tail> {
  const starts = await kafka.admin.listOffsets(topic.topic, 'earliest')
  const ends = await kafka.admin.listOffsets(topic.topic, 'latest')
  const from = await tailStarts(kafka, topic.topic, { starts, ends, request })
  const candidates: Candidate[] = []
  const budget: ScanBudget = { ...newScanBudget(Date.now()), records: topicRecordsMax }
  for (let partition = 0; partition < ends.length; partition++) {
    const stretch = { topic: topic.topic, partition, from: from[partition], to: ends[partition] }
    await scan(kafka, stretch, {
      budget,
      take: (record) => {
        candidates.push(candidateOf(partition, record, { topic, schemas }))
        return true
      },
    })
  }
  placeTimeless(candidates)
  return {
    candidates,
    cutOff: from.some((offset, partition) => offset > starts[partition]),
    partitions: ends.length,
  }
}

/** Far enough back for the windows, but not more records than a topic may give. */
async function tailStarts(
  kafka: KafkaAccess,
  topic: string,
  { starts, ends, request }: { starts: number[]; ends: number[]; request: SampleRequest },
): Promise<number[]> {
  const each = Math.ceil(topicRecordsMax / ends.length)
  const byCount = ends.map((end, partition) => Math.max(starts[partition], end - each))
  if (request.longestWindowMs === 0) return byCount
  const newest = await newestTimestamp(kafka, topic, { starts, ends })
  if (newest === null) return byCount
  const since = newest - (sampleWindows + 1) * request.longestWindowMs - slackMs
  const byTime = await kafka.admin.listOffsets(topic, Math.max(0, since))
  // Sparse topics give what they have: at least as many records as the sample may hold.
  const least = ends.map((end) => end - Math.ceil(request.recordsMax / ends.length))
  return byCount.map((offset, partition) =>
    Math.max(offset, Math.min(byTime[partition], Math.max(starts[partition], least[partition]))),
  )
}

async function newestTimestamp(
  kafka: KafkaAccess,
  topic: string,
  { starts, ends }: { starts: readonly number[]; ends: readonly number[] },
): Promise<number | null> {
  let newest: number | null = null
  for (let partition = 0; partition < ends.length; partition++) {
    if (ends[partition] <= starts[partition]) continue
    const stretch = { topic, partition, from: ends[partition] - 1, to: ends[partition] }
    await scan(kafka, stretch, {
      budget: newScanBudget(Date.now()),
      take: ({ timestamp }) => {
        if (newest === null || timestamp > newest) newest = timestamp
        return true
      },
    })
  }
  return newest
}

function candidateOf(
  partition: number,
  record: KafkaRecord,
  { topic, schemas }: { topic: RequestedTopic; schemas: SchemaLookup },
): Candidate {
  const shown = decodeBytes(record.value, { schemas, nameOfSchema: () => '', time: null })
  const value = shown.is === 'json' || shown.is === 'avro' ? shown.value : null
  const time =
    topic.time === null
      ? null
      : eventTimeOf(valueAt(value, splitPath(topic.time.path)), topic.time.unit)
  const keys = topic.keyPaths.map((path) => JSON.stringify(valueAt(value, splitPath(path)) ?? null))
  return {
    partition,
    offset: record.offset,
    time: time ?? (topic.time === null ? record.timestamp : Number.NaN),
    key: keys.length > 0 ? keys.join('\n') : messageKey(partition, record),
    record,
  }
}

/**
 * A record without an event time (it does not decode, its time is NULL) belongs where it lies: beside its neighbours.
 * Its timestamp may be years from their event times. Only where no record has one, timestamps are the times.
 */
function placeTimeless(
  candidates: { partition: number; time: number; record: { timestamp: number } }[],
): void {
  const beside = (
    each: (typeof candidates)[number],
    other: (typeof candidates)[number] | undefined,
  ) => {
    if (Number.isNaN(each.time) && other?.partition === each.partition) each.time = other.time
  }
  candidates.forEach((each, at) => {
    beside(each, candidates[at - 1])
  })
  for (let at = candidates.length - 1; at >= 0; at--) beside(candidates[at], candidates[at + 1])
  const known = candidates.find(({ time }) => !Number.isNaN(time))
  for (const each of candidates)
    if (Number.isNaN(each.time)) each.time = known ? known.time : each.record.timestamp
}

/** Without a key to group by, the message key is one; without that each record stands alone. */
function messageKey(partition: number, { key, offset }: KafkaRecord): string {
  return key ? Buffer.from(key).toString('latin1') : `${partition}/${offset}`
}

function noteSchema(value: Uint8Array | null, ids: Set<number>): void {
  if (!value || value.length < 5 || value[0] !== 0) return
  ids.add(((value[1] << 24) | (value[2] << 16) | (value[3] << 8) | value[4]) >>> 0)
}

function sampleRecord(partition: number, record: KafkaRecord): SampleRecord {
  return {
    partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: base64(record.key),
    value: base64(record.value),
  }
}

export function base64(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('base64')
}
