/** A template put on a topic of one's own: its generator becomes a topic source that gives the same columns. */
import type { DocumentNode, PipelineDocument } from '@millrace/schemas'
import { catalogue } from '../catalogue.gen.ts'

/** A column that the template's pipeline is written for. */
export interface WantedColumn {
  name: string
  type: string
  /** The pipeline's event time. */
  isTime: boolean
}

/** What is known of the topic: inferred from its last records. */
export interface TopicFields {
  format: 'json' | 'avro'
  columns: readonly { name: string; type: string; path: string | null }[]
  time: readonly { column: string; unit: 'ms' | 's' | 'us' | 'iso8601'; waitMs: number }[]
}

/** Name of a wanted column → name of a column of the topic; '' or absent: left out. */
export type ColumnMapping = Readonly<Record<string, string>>

interface GeneratorConfig {
  columns: { name: string; type: string }[]
  time: { column: string } | null
}

const generatorKind = 'generator-source'
const wholeNumbers = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT']
const numbers = [...wholeNumbers, 'FLOAT', 'DOUBLE']

function generatorOf(document: PipelineDocument): DocumentNode | undefined {
  return document.nodes.find((node) => node.kind === generatorKind)
}

/** In the order of the template's generator; empty when it has none. */
export function wantedColumns(document: PipelineDocument): WantedColumn[] {
  const config = generatorOf(document)?.config as GeneratorConfig | undefined
  return (config?.columns ?? []).map(({ name, type }) => ({
    name,
    type,
    isTime: name === config?.time?.column,
  }))
}

/** Names of the topic's columns that can stand for a wanted one, the likeliest first. */
export function fittingColumns(wanted: WantedColumn, topic: TopicFields): string[] {
  const fitting = wanted.isTime
    ? topic.time.map(({ column }) => column)
    : topic.columns.filter(({ type }) => fits(wanted.type, type)).map(({ name }) => name)
  return fitting.sort((a, b) => likeness(wanted.name, b) - likeness(wanted.name, a))
}

/** A whole number can be read as a wider one; DECIMAL(p, s) takes whole numbers and DECIMALs. */
function fits(wanted: string, found: string): boolean {
  if (wanted === found) return true
  const isDecimal = (type: string) => type.startsWith('DECIMAL')
  if (isDecimal(wanted)) return isDecimal(found) || wholeNumbers.includes(found)
  if (wanted.startsWith('TIMESTAMP')) return found.startsWith('TIMESTAMP')
  const to = numbers.indexOf(wanted)
  const from = numbers.indexOf(found)
  return to >= 0 && from >= 0 && from <= to
}

/** 2: the same name but for case and signs · 1: one holds the other · 0. */
function likeness(a: string, b: string): number {
  const [one, other] = [a, b].map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''))
  if (one === other) return 2
  return one.includes(other) || other.includes(one) ? 1 : 0
}

/** By name, else the only column of a fitting type; no column is taken twice. */
export function suggestedMapping(document: PipelineDocument, topic: TopicFields): ColumnMapping {
  const wanted = wantedColumns(document)
  const mapping: Record<string, string> = {}
  const isFree = (name: string) => !Object.values(mapping).includes(name)
  for (const each of wanted) {
    const alike = fittingColumns(each, topic).find((name) => likeness(each.name, name) > 0)
    if (alike !== undefined && isFree(alike)) mapping[each.name] = alike
  }
  for (const each of wanted) {
    const [first] = fittingColumns(each, topic).filter(isFree)
    if (mapping[each.name] === undefined) mapping[each.name] = first ?? ''
  }
  return mapping
}

/** The template's document with the topic in the generator's place: same node, same columns, read from other fields. */
export function onTopic(
  document: PipelineDocument,
  topic: TopicFields & { name: string },
  mapping: ColumnMapping,
): PipelineDocument {
  const generator = generatorOf(document)
  const source = catalogue.get('topic-source')
  if (!generator || !source) return document
  const columns = wantedColumns(document).flatMap((wanted) => {
    const found = topic.columns.find(({ name }) => name === mapping[wanted.name])
    if (!found) return []
    const path = found.path ?? found.name.replace(/[\\.]/g, '\\$&')
    const candidate = topic.time.find(({ column }) => column === found.name)
    const isInstant = wanted.type.startsWith('TIMESTAMP')
    return {
      name: wanted.name,
      type: wanted.type,
      ...(path === wanted.name ? {} : { path }),

      ...(isInstant && candidate ? { unit: candidate.unit } : {}),
    }
  })
  const timeColumn = wantedColumns(document).find(({ isTime }) => isTime)?.name
  const time = topic.time.find(({ column }) => column === mapping[timeColumn ?? ''])
  const initial = source.initial() as Record<string, unknown>
  const node: DocumentNode = {
    ...generator,
    kind: 'topic-source',
    version: source.version,
    config: {
      ...initial,
      topic: topic.name,
      format: topic.format,
      columns,
      time:
        time && timeColumn ? { column: timeColumn, unit: time.unit, waitMs: time.waitMs } : null,
    },
  }
  return {
    ...document,
    nodes: document.nodes.map((each) => (each.id === generator.id ? node : each)),
  }
}
