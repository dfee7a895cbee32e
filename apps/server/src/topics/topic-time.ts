/** The time of a topic: which columns may say it, and what a sample of its records says about the chosen one. */
import type { KafkaRecord } from '@millrace/broker/client'
import type { Inference, TopicTime } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import {
  decodeBytes,
  eventTimeIn,
  type MessageDecoder,
  type TimeOfTopic,
} from './decode-message.ts'
import { admittedBy, judgeTime, type TimedRecord } from './judge-time.ts'
import { newScanBudget, scan } from './partition-scan.ts'
import type { DeclaredTime } from './references.ts'
import type { FoundInTopic } from './topic-clocks.ts'

/** Newest records that are judged, over all partitions. */
const judgedRecordsMax = 10_000
/** Oldest records of a partition that say where its event time begins. */
const headRecords = 20

export interface TopicTimeRequest {
  name: string
  /** null: the one that a pipeline declares, else the likeliest. */
  column: string | null
}

/** What a topic's last records are, and where their likeliest event time lies. */
export function likeliest(inference: Inference): FoundInTopic {
  const decodes = inference.sampled > inference.undecodable
  return {
    time: candidatesOf(inference, [])[0] ?? null,
    format: decodes && inference.columns.length > 0 ? inference.format : null,
  }
}

type Candidate = TimeOfTopic & { words: string }

/** What pipelines declare stands before what was found. */
function candidatesOf(inference: Inference, declared: readonly DeclaredTime[]): Candidate[] {
  const found = inference.time.map(({ column, unit, words }) => ({
    column,
    unit,
    words,
    path:
      inference.columns.find(({ name }) => name === column)?.path ?? column.replaceAll('.', '\\.'),
  }))
  const first = declared.map(({ time, name }) => ({ ...time, words: `declared by ${name}` }))
  const seen = new Set<string>()
  return [...first, ...found].filter(({ column }) => !seen.has(column) && seen.add(column))
}

export async function topicTime(
  kafka: KafkaAccess,
  request: TopicTimeRequest,
  known: { inference: Inference; declared: readonly DeclaredTime[]; decoder: MessageDecoder },
): Promise<TopicTime> {
  const candidates = candidatesOf(known.inference, known.declared)
  const chosen = candidates.find(({ column }) => column === request.column) ?? candidates[0] ?? null
  const { kept, partitions, records } = await sampleOf(kafka, request.name, (value) =>
    chosen ? eventTimeIn(decodeBytes(value, known.decoder), chosen) : null,
  )
  return {
    candidates: candidates.map(({ column, unit, words }) => ({ column, unit, words })),
    column: chosen?.column ?? null,
    kept,
    sampled: records.length,
    partitions,
    ...judgeTime(records),
    waits: known.declared
      .filter(({ time }) => time.column === chosen?.column)
      .map(({ pipeline, node, name, waitMs }) => ({
        pipeline,
        node,
        name,
        waitMs,
        admitted: admittedBy(records, waitMs),
      })),
  }
}

interface Sample {
  kept: number
  partitions: TopicTime['partitions']
  records: TimedRecord[]
}

/** The newest records of each partition, and the first few for where its event time begins. */
async function sampleOf(
  kafka: KafkaAccess,
  topic: string,
  timeOf: (value: Uint8Array | null) => number | null,
): Promise<Sample> {
  const starts = await kafka.admin.listOffsets(topic, 'earliest')
  const ends = await kafka.admin.listOffsets(topic, 'latest')
  const kept = ends.reduce((sum, end, partition) => sum + end - starts[partition], 0)
  // The same share of every partition, so that all reach about as far back.
  const share = Math.min(1, judgedRecordsMax / Math.max(1, kept))
  const budget = newScanBudget(Date.now())
  const sample: Sample = { kept, partitions: [], records: [] }
  for (let partition = 0; partition < ends.length; partition++) {
    const [start, to] = [starts[partition], ends[partition]]
    const from = to - Math.ceil((to - start) * share)
    const all = newSpan()
    const judged = newSpan()
    const before = sample.records.length
    const head = ({ value }: KafkaRecord) => all.add(timeOf(value))
    await scan(
      kafka,
      { topic, partition, from: start, to: Math.min(from, start + headRecords) },
      { budget, take: head },
    )
    const take = ({ value }: KafkaRecord) => {
      const time = timeOf(value)
      sample.records.push({ partition, time })
      return all.add(time) && judged.add(time)
    }
    await scan(kafka, { topic, partition, from, to }, { budget, take })
    sample.partitions.push({
      partition,
      kept: to - start,
      sampled: sample.records.length - before,
      span: all.span(),
      sampledSpan: judged.span(),
    })
  }
  return sample
}

function newSpan() {
  let span: { from: number; to: number } | null = null
  return {
    /** Always true: a scan goes on. */
    add(time: number | null): boolean {
      if (time === null) return true
      span = span
        ? { from: Math.min(span.from, time), to: Math.max(span.to, time) }
        : { from: time, to: time }
      return true
    },
    span: () => span,
  }
}
