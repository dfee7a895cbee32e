/** Runs a draft on a sample, from document to rows of every port: the engine's own plan, operators and driver. */
import { messageOf, seededRandom, VirtualTime } from '@millrace/base'
import { createLocalCodeHost, type Evaluate, transpile } from '@millrace/engine/code'
import {
  compilePipeline,
  type GeneratorSourceConfig,
  type KnownTopic,
  type PhysicalOperator,
  type PhysicalPlan,
  type ProcessFunctionConfig,
} from '@millrace/engine/plan'
import { InlineJob, jsonCells, type OperatorRegistry } from '@millrace/engine/runtime'
import { catalogue } from '@millrace/nodes'
import { operators, sources } from '@millrace/nodes/operators'
import { processFunctionOn } from '@millrace/nodes/process-function'
import { sampleSink } from '@millrace/nodes/sample-sink'
import { type SampledRecord, sampleSource } from '@millrace/nodes/sample-source'
import type { Batch, PipelineDocument, RowType } from '@millrace/schemas'
import type { SchemaLookup } from '@millrace/schemas/formats'
import {
  type PreviewNode,
  type PreviewPort,
  type PreviewRow,
  type PreviewState,
  previewRowsMax,
} from './preview.ts'

/** Rows that a generator gives a preview. */
const generatedRowsMax = 4_000
/** Steps after which a preview that never rests is given up. */
const stepsMax = 200_000

export interface PreviewRequest {
  document: PipelineDocument
  topics: readonly KnownTopic[]
  sample: {
    topics: readonly { topic: string; records: readonly SampledRecord[] }[]
    schemas: readonly { id: number; schema: string }[]
    words: string | null
  }
  /** Wall clock of the preview, ms: it stands still while it runs. */
  now: number
}

const rowKinds = ['+I', '-U', '+U', '-D'] as const

/** The whole preview in one synchronous call. `newCompartment`: where process functions are evaluated. */
export function runPreview(
  request: PreviewRequest,
  newCompartment: () => Evaluate,
  clock: () => number,
): PreviewState {
  const started = clock()
  const { document, topics, sample } = request
  const known = new Map(topics.map((topic) => [topic.name, topic]))
  const single = { ...document, settings: { ...document.settings, parallelism: 1 } }
  const { plan, problems } = compilePipeline(single, catalogue, { topics: known })
  const idle = (message: string, node: string | null = null): PreviewState => ({
    is: 'idle',
    sample: sample.words,
    message,
    failedNode: node,
    nodes: {},
    tookMs: null,
  })
  if (!plan) {
    const first = problems.find((problem) => problem.severity === 'error')
    return idle(first?.message ?? 'The draft has problems.', first?.node ?? null)
  }
  const prepared = preparePlan(plan)
  if ('mistake' in prepared) return { ...idle(prepared.mistake, prepared.node), is: 'failed' }
  const time = new VirtualTime(request.now)
  const job = new InlineJob({
    plan: prepared,
    registry: registryFor(request, newCompartment),
    clock: time,
    random: seededRandom(1),
  })
  const collected = collect(job, prepared)
  for (let steps = 0; steps < stepsMax && job.step(); steps++) {}
  const status = job.status()
  job.close()
  return {
    is: status.failure ? 'failed' : 'done',
    sample: sample.words,
    message: status.failure?.message ?? null,
    failedNode: status.failure?.node ?? null,
    nodes: nodesOf(status.operators, collected),
    tookMs: clock() - started,
  }
}

/** Emits the JavaScript of process functions and bounds generators. */
function preparePlan(plan: PhysicalPlan): PhysicalPlan | { mistake: string; node: string } {
  const prepared: PhysicalOperator[] = []
  for (const spec of plan.operators) {
    if (spec.type === 'process-function') {
      const config = spec.config as ProcessFunctionConfig
      const transpiled = transpile(config.code.typescript)
      if (!transpiled.ok) {
        const { message, line } = transpiled.mistake
        return { mistake: line === null ? message : `Line ${line}: ${message}`, node: spec.node }
      }
      prepared.push({
        ...spec,
        config: { ...config, code: { ...config.code, javascript: transpiled.javascript } },
      })
    } else if (spec.type === 'generator-source') {
      const config = spec.config as GeneratorSourceConfig
      const historyMs = Math.min(
        config.historyMs,
        (generatedRowsMax / Math.max(1, config.rowsPerSecond)) * 1000,
      )
      prepared.push({
        ...spec,
        config: { ...config, historyMs: Math.ceil(historyMs), rowsMax: generatedRowsMax },
      })
    } else prepared.push(spec)
  }
  return { ...plan, operators: prepared }
}

function registryFor({ sample }: PreviewRequest, newCompartment: () => Evaluate): OperatorRegistry {
  const texts = new Map(sample.schemas.map(({ id, schema }) => [id, schema]))
  const schemas: SchemaLookup = {
    find: (id) => {
      const text = texts.get(id)
      return text === undefined ? { is: 'unknown' } : { is: 'found', text }
    },
  }
  const topics = new Map(sample.topics.map(({ topic, records }) => [topic, records]))
  return {
    operators: {
      ...operators,
      'process-function': processFunctionOn(createLocalCodeHost(newCompartment)),
      'topic-sink': sampleSink,
      'dead-letter-sink': sampleSink,
    },
    sources: { ...sources, 'topic-source': sampleSource(topics, schemas) },
  }
}

interface Collected {
  node: string
  port: string
  row: RowType
  rows: PreviewRow[]
  count: number
}

function collect(job: InlineJob, plan: PhysicalPlan): Collected[] {
  const all: Collected[] = []
  for (const spec of plan.operators) {
    for (const { port, row } of spec.outputs) {
      if (port === null) continue
      const entry: Collected = { node: spec.node, port, row, rows: [], count: 0 }
      job.tap(spec.node, port, (batch) => addRows(entry, batch))
      all.push(entry)
    }
  }
  return all
}

function addRows(entry: Collected, batch: Batch): void {
  const room = previewRowsMax - entry.rows.length
  for (let row = 0; row < Math.min(room, batch.length); row++) {
    const time = batch.eventTimes?.[row]
    entry.rows.push({
      kind: rowKinds[batch.rowKinds?.[row] ?? 0],
      eventTime: time === undefined || Number.isNaN(time) ? null : time,
      cells: safeCells(batch, entry.row, row),
    })
  }
  entry.count += batch.length
}

function safeCells(batch: Batch, type: RowType, row: number): unknown[] {
  try {
    return jsonCells(batch, type, row)
  } catch (error) {
    return type.fields.map(() => `✕ ${messageOf(error)}`)
  }
}

function nodesOf(
  statuses: ReturnType<InlineJob['status']>['operators'],
  collected: readonly Collected[],
): Record<string, PreviewNode> {
  const nodes: Record<string, { rowsIn: number; ports: Record<string, PreviewPort> }> = {}
  for (const { node, subtasks } of statuses) {
    // The first operator of a node is where its rows enter.
    nodes[node] ??= {
      rowsIn: subtasks.reduce((sum, { counters }) => sum + counters.rowsIn, 0),
      ports: {},
    }
  }
  for (const { node, port, row, rows, count } of collected) {
    nodes[node].ports[port] = { fields: row.fields, rows, count }
  }
  return nodes
}
