/** From a job's raw status to what the header and the cards say; pure but for the rate window it is given. */
import type { JobStatus, OperatorStatus } from '@millrace/engine/runtime'
import type { NodeFacts, NodeLedger, RunFacts, TimeHolder } from '../api-types.ts'
import { nodeLedger } from './ledger.ts'
import type { RateWindow } from './rate-window.ts'
import {
  newestEventTime,
  type SourcePartition,
  sourcePartitions,
  timeHolder,
} from './time-holder.ts'
import type { NodeShape, Topology } from './topology.ts'
import { whyNoOutput } from './why-no-output.ts'
import { counted, duration } from './words.ts'

interface NodeView {
  shape: NodeShape
  operators: readonly OperatorStatus[]
  ledger: NodeLedger
}

/** Facts of `status`; adds its counts to `rates`, which belong to this job alone. */
export function runFacts(status: JobStatus, topology: Topology, rates: RateWindow): RunFacts {
  const views = nodeViews(status, topology)
  rates.push(status.at, rateCounts(views))
  const partitions = sourcePartitions(status, topology.topicOf)
  const nodes: Record<string, NodeFacts> = {}
  for (const view of views.values()) {
    nodes[view.shape.node] = nodeFacts(view, { status, topology, rates, partitions, views })
  }
  const rowsBehind = sumOf(partitions, ({ status: p }) => Math.max(0, p.endOffset - p.offset))
  const timeBehind = maximum(Object.values(nodes).map((node) => node.timeBehindMs))
  const rowsIn = sumOf([...views.values()], (view) =>
    view.shape.isSource ? nodes[view.shape.node].rates.outPerSecond : 0,
  )
  return {
    rowsBehind,
    timeBehindMs: timeBehind,
    cause: causeOf(partitions, rowsBehind, rowsIn, status.at),
    checkpoint: newestCheckpoint(status),
    nextCheckpointAt: nextCheckpointAt(status, topology.checkpointIntervalMs),
    ledgerBalanced: Object.values(nodes).every((node) => node.ledger.difference === 0),
    maxEventTime: newestEventTime(partitions),
    rowsInPerSecond: rowsIn,
    rowsOutPerSecond: sumOf([...views.values()], (view) =>
      view.shape.isSink ? nodes[view.shape.node].rates.inPerSecond : 0,
    ),
    nodes,
  }
}

function nodeViews(status: JobStatus, topology: Topology): Map<string, NodeView> {
  const byNode = new Map<string, OperatorStatus[]>()
  for (const operator of status.operators) {
    const list = byNode.get(operator.node)
    if (list) list.push(operator)
    else byNode.set(operator.node, [operator])
  }
  const views = new Map<string, NodeView>()
  for (const shape of topology.nodes.values()) {
    const operators = byNode.get(shape.node) ?? []
    views.set(shape.node, { shape, operators, ledger: nodeLedger(operators, shape.entries) })
  }
  return views
}

function rateCounts(views: ReadonlyMap<string, NodeView>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { shape, ledger } of views.values()) {
    counts.set(`${shape.node} in`, ledger.in)
    for (const [port, rows] of Object.entries(ledger.out)) {
      counts.set(`${shape.node} out ${port}`, rows)
    }
  }
  return counts
}

interface Surroundings {
  status: JobStatus
  topology: Topology
  rates: RateWindow
  partitions: readonly SourcePartition[]
  views: ReadonlyMap<string, NodeView>
}

function nodeFacts(view: NodeView, around: Surroundings): NodeFacts {
  const { shape, operators, ledger } = view
  const subtasks = operators.flatMap((operator) => operator.subtasks)
  const mine = around.partitions.filter((partition) => shape.sources.has(partition.node))
  const newest = newestEventTime(mine)
  const watermark = watermarkOf(operators)
  const ports: Record<string, number> = {}
  let outPerSecond = 0
  for (const port of Object.keys(ledger.out)) {
    ports[port] = around.rates.perSecond(`${shape.node} out ${port}`)
    if (port !== 'late' && port !== 'dead-letters') outPerSecond += ports[port]
  }
  const inPerSecond = around.rates.perSecond(`${shape.node} in`)
  const own = around.partitions.filter((partition) => partition.node === shape.node)
  return {
    node: shape.node,
    rates: { inPerSecond, outPerSecond, ports },
    ledger,
    watermark,
    timeBehindMs: newest === null || watermark === null ? null : Math.max(0, newest - watermark),
    busy: Math.max(0, ...subtasks.map((subtask) => subtask.busy)),
    blocked: Math.max(0, ...subtasks.map((subtask) => subtask.blocked)),
    stateBytes: sumOf(subtasks, (subtask) => subtask.stateBytes),
    queueFill: Math.max(0, ...subtasks.map((subtask) => subtask.queueFill)),
    openWindows: openWindowsOf(operators),
    rowsBehind: shape.isSource
      ? sumOf(own, ({ status }) => Math.max(0, status.endOffset - status.offset))
      : null,
    whyNoOutput: whyNoOutput({
      shape,
      ledger,
      outPerSecond,
      holder: timeHolder(mine, around.status.at),
      waitMs: around.topology.waitMsOf(shape.node),
      windows: subtasks.flatMap((subtask) => subtask.windows ?? []).sort((a, b) => a.end - b.end),
      passedOver: sumOf(own, ({ status }) => status.offset),
      feeders: shape.before.map((id) => feederOf(id, around.views)),
      timeSource: timeSourceOf(shape, around.topology),
    }),
  }
}

function feederOf(node: string, views: ReadonlyMap<string, NodeView>) {
  const view = views.get(node)
  const out = view ? sumOf(Object.values(view.ledger.out), (rows) => rows) : 0
  return { node, name: view?.shape.name ?? node, out }
}

function timeSourceOf(shape: NodeShape, topology: Topology) {
  const [first] = shape.sources
  const source = first === undefined ? undefined : topology.nodes.get(first)
  return source ? { node: source.node, name: source.name } : null
}

/** The slowest of a node's subtasks; idle ones do not hold it. */
function watermarkOf(operators: readonly OperatorStatus[]): number | null {
  let slowest: number | null = null
  for (const operator of operators) {
    if (operator.type === 'dead-letter-sink') continue
    for (const subtask of operator.subtasks) {
      if (subtask.idle) continue
      if (subtask.watermark === null) return null
      if (slowest === null || subtask.watermark < slowest) slowest = subtask.watermark
    }
  }
  return slowest
}

function openWindowsOf(operators: readonly OperatorStatus[]): number | null {
  const counts = operators.flatMap((operator) =>
    operator.subtasks.map((subtask) => subtask.openWindows),
  )
  const known = counts.filter((count) => count !== undefined)
  return known.length === 0 ? null : Math.max(...known)
}

function causeOf(
  partitions: readonly SourcePartition[],
  rowsBehind: number,
  rowsInPerSecond: number,
  now: number,
): TimeHolder | null {
  const holder = timeHolder(partitions, now)
  if (holder) return holder
  // Within a second of the input nobody calls it behind.
  if (rowsBehind === 0 || rowsBehind <= rowsInPerSecond) return null
  const worst = partitions.reduce((a, b) => (behindOf(b) > behindOf(a) ? b : a))
  const pace =
    rowsInPerSecond > 0
      ? `, ${duration((rowsBehind / rowsInPerSecond) * 1000)} of work at ${counted(rowsInPerSecond, 'row')} a second`
      : ''
  return {
    words: `${counted(rowsBehind, 'row')} not read yet${pace}.`,
    node: worst.node,
    partition: worst.status.partition,
    topic: worst.topic,
    since: worst.status.lastRowAt,
  }
}

function behindOf(partition: SourcePartition): number {
  return partition.status.endOffset - partition.status.offset
}

function newestCheckpoint(status: JobStatus): RunFacts['checkpoint'] {
  const complete = status.checkpoints.filter((checkpoint) => checkpoint.state === 'complete')
  const newest = complete.reduce<(typeof complete)[number] | undefined>(
    (best, checkpoint) => (best === undefined || checkpoint.id > best.id ? checkpoint : best),
    undefined,
  )
  if (!newest) return null
  return {
    id: newest.id,
    at: newest.startedAt + (newest.durationMs ?? 0),
    durationMs: newest.durationMs,
    bytes: newest.bytes,
  }
}

function nextCheckpointAt(status: JobStatus, intervalMs: number): number | null {
  if (status.state !== 'running') return null
  const latest = Math.max(status.startedAt, ...status.checkpoints.map((each) => each.startedAt))
  return latest + intervalMs
}

function maximum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}

function sumOf<T>(items: readonly T[], measure: (item: T) => number): number {
  let sum = 0
  for (const item of items) sum += measure(item)
  return sum
}
