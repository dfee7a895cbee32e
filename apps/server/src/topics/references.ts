/** Which pipelines write and read a topic, and what they declare of it; pure over documents. */
import type { DocumentNode, PipelineDocument } from '@millrace/schemas'
import type { KnownTopic, PipelineReference } from '../api-types.ts'
import type { TimeOfTopic } from './decode-message.ts'

export interface KnownPipeline {
  id: string
  name: string
  running: boolean
  /** The draft, and what is deployed. */
  documents: readonly PipelineDocument[]
}

export function deadLetterTopic(pipeline: string): string {
  return `${pipeline}.dead-letters`
}

export function topicOfNode(node: DocumentNode): string | null {
  const isTopic = node.kind === 'topic-source' || node.kind === 'topic-sink'
  const topic = node.config.topic
  return isTopic && typeof topic === 'string' && topic !== '' ? topic : null
}

export function readersOf(topic: string, pipelines: readonly KnownPipeline[]): PipelineReference[] {
  return references(
    pipelines,
    (node) => node.kind === 'topic-source' && topicOfNode(node) === topic,
  )
}

export function writersOf(topic: string, pipelines: readonly KnownPipeline[]): PipelineReference[] {
  const writers = references(
    pipelines,
    (node) => node.kind === 'topic-sink' && topicOfNode(node) === topic,
  )
  for (const { id, name, running, documents } of pipelines) {
    if (deadLetterTopic(id) !== topic) continue
    const source = documents.flatMap((each) => each.nodes).find((node) => isSource(node))
    writers.push({ pipeline: id, name, node: source?.id ?? id, running })
  }
  return writers
}

function isSource(node: DocumentNode): boolean {
  return node.kind.endsWith('-source')
}

function references(
  pipelines: readonly KnownPipeline[],
  matches: (node: DocumentNode) => boolean,
): PipelineReference[] {
  return pipelines.flatMap(({ id, name, running, documents }) => {
    const nodes = new Map(
      documents
        .flatMap((document) => document.nodes)
        .filter(matches)
        .map((node) => [node.id, node]),
    )
    return [...nodes.keys()].map((node) => ({ pipeline: id, name, node, running }))
  })
}

/** The time that a pipeline's source declares for a topic, and how long it waits for rows that come late. */
export interface DeclaredTime {
  pipeline: string
  /** The pipeline's. */
  name: string
  node: string
  time: TimeOfTopic
  waitMs: number
}

/** What the sources of pipelines declare for this topic; of a pipeline's draft and its version the later counts. */
export function declaredTimes(topic: string, pipelines: readonly KnownPipeline[]): DeclaredTime[] {
  return pipelines.flatMap(({ id, name, documents }) => {
    const sources = new Map<string, DeclaredTime>()
    for (const node of documents.flatMap((document) => document.nodes)) {
      if (node.kind !== 'topic-source' || topicOfNode(node) !== topic) continue
      const time = declaredTime(node)
      const waitMs = (node.config as SourceConfig).time?.waitMs ?? 0
      if (time) sources.set(node.id, { pipeline: id, name, node: node.id, time, waitMs })
    }
    return [...sources.values()]
  })
}

/** The time column that some pipeline's source declares for this topic. */
export function timeOfTopic(
  topic: string,
  pipelines: readonly KnownPipeline[],
): TimeOfTopic | null {
  return declaredTimes(topic, pipelines)[0]?.time ?? null
}

interface SourceConfig {
  columns?: { name: string; path?: string }[]
  time?: { column?: string; unit?: TimeOfTopic['unit']; waitMs?: number } | null
}

function declaredTime(node: DocumentNode): TimeOfTopic | null {
  const { time, columns } = node.config as SourceConfig
  if (!time?.column || !time.unit) return null
  const path = columns?.find((column) => column.name === time.column)?.path
  return {
    column: time.column,
    path: path ?? time.column.replaceAll('.', '\\.'),
    unit: time.unit,
  }
}

/** Formats that pipelines declare: what a topic holds when no schema says so. */
export function formatOfTopic(
  topic: string,
  pipelines: readonly KnownPipeline[],
): KnownTopic['format'] {
  for (const { documents } of pipelines) {
    for (const node of documents.flatMap((document) => document.nodes)) {
      const format = topicOfNode(node) === topic ? node.config.format : undefined
      if (format === 'json' || format === 'avro') return format
    }
  }
  return undefined
}

/** The engine commits under `millrace.<pipeline>`, or under the group that a source names. */
export function pipelineOfGroup(group: string, pipelines: readonly KnownPipeline[]): string | null {
  const owns = ({ id, documents }: KnownPipeline) =>
    group === `millrace.${id}` ||
    documents.some(({ nodes }) =>
      nodes.some(({ kind, config }) => kind === 'topic-source' && config.group === group),
    )
  return pipelines.find(owns)?.id ?? null
}
