/** What to ask the server for: one slice of all topics that the draft reads, thinned by the keys that it groups by. */
import type { KnownTopic } from '@millrace/engine/plan'
import { inferDocument } from '@millrace/engine/plan'
import { catalogue } from '@millrace/nodes'
import { activeDocument, type DocumentNode, type PipelineDocument } from '@millrace/schemas'

export interface SampleQuery {
  topics: {
    topic: string
    time: { path: string; unit: 'ms' | 's' | 'us' | 'iso8601' } | null
    keyPaths: string[]
    format: 'json' | 'avro'
  }[]
  longestWindowMs: number
}

interface SourceConfig {
  topic?: string
  format?: 'json' | 'avro'
  columns?: { name: string; path?: string }[]
  time?: { column: string; unit: 'ms' | 's' | 'us' | 'iso8601' } | null
}

/** null: the draft reads no topic. */
export function sampleQueryOf(
  document: PipelineDocument,
  topics: ReadonlyMap<string, KnownTopic>,
): SampleQuery | null {
  const sources = activeDocument(document).nodes.filter(
    (node) => node.kind === 'topic-source' && (node.config as SourceConfig).topic,
  )
  if (sources.length === 0) return null
  const { nodes } = inferDocument(document, catalogue, { topics })
  const longestWindowMs = Math.max(
    0,
    ...nodes.map(({ definition, config }) => definition.windowMs?.(config) ?? 0),
  )
  const keys = new Set(
    nodes.flatMap(({ definition, config }) => definition.forEach?.(config) ?? []),
  )
  const asked = new Map(
    sources.map((source) => [
      (source.config as SourceConfig).topic ?? '',
      questionOf(source, keys),
    ]),
  )
  return { topics: [...asked.values()], longestWindowMs }
}

function questionOf(
  source: DocumentNode,
  keys: ReadonlySet<string>,
): SampleQuery['topics'][number] {
  const config = source.config as SourceConfig
  const columns = config.columns ?? []
  const pathOf = (name: string) => columns.find((column) => column.name === name)?.path ?? name
  return {
    topic: config.topic ?? '',
    time: config.time ? { path: pathOf(config.time.column), unit: config.time.unit } : null,
    keyPaths: columns.filter(({ name }) => keys.has(name)).map(({ name }) => pathOf(name)),
    format: config.format ?? 'json',
  }
}
