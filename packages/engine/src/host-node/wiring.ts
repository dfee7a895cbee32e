/** Which channel lies between which subtasks: a queue where both are in one worker, a ring where they are not. */
import { assert } from '@millrace/base'
import type { PhysicalEdge, PhysicalPlan } from '../plan/index.ts'
import { type InputChannel, type OutputChannel, QueueChannel } from '../runtime/channel.ts'
import type { OutputEdge } from '../runtime/exchange.ts'
import { type DoorbellWord, ringDoorbell } from './doorbell.ts'
import { makeRingBuffer } from './ring.ts'
import { RingInputChannel, RingOutputChannel } from './ring-channel.ts'

/** `[edge][sender][receiver]`; null: no ring is needed. */
export type Rings = readonly (readonly (readonly (SharedArrayBuffer | null)[])[])[]

/** How many worker threads a plan wants. */
export function workerCount(plan: PhysicalPlan): number {
  return Math.max(1, ...plan.operators.map((operator) => operator.parallelism))
}

/** Shared memory for every pair of subtasks that an edge connects across workers. */
export function makeRings(plan: PhysicalPlan): Rings {
  return plan.edges.map((edge) => {
    const senders = parallelismOf(plan, edge.from.operator)
    const receivers = parallelismOf(plan, edge.to.operator)
    return Array.from({ length: senders }, (_, sender) =>
      Array.from({ length: receivers }, (_, receiver) =>
        sender !== receiver && connects(edge) ? makeRingBuffer() : null,
      ),
    )
  })
}

function connects(edge: PhysicalEdge): boolean {
  return edge.exchange.is !== 'forward'
}

function parallelismOf(plan: PhysicalPlan, id: string): number {
  const operator = plan.operators.find((candidate) => candidate.id === id)
  assert(operator, `an edge names the operator ${id}, which the plan does not have`)
  return operator.parallelism
}

export interface SubtaskChannels {
  /** By input, then by sending subtask. */
  inputs: InputChannel[][]
  /** By output, then by edge. */
  outputs: OutputEdge[][]
}

/** The channels of every subtask that runs in one worker, by operator id. */
export function wireWorker(options: {
  plan: PhysicalPlan
  worker: number
  rings: Rings
  doorbells: SharedArrayBuffer
}): Map<string, SubtaskChannels> {
  const { plan, worker, rings } = options
  const words = new Int32Array(options.doorbells)
  const wakeWorker = (index: number) => {
    const bell: DoorbellWord = { word: words, index }
    return () => ringDoorbell(bell)
  }
  const wired = new Map<string, SubtaskChannels>()
  for (const operator of plan.operators) {
    if (worker >= operator.parallelism) continue
    wired.set(operator.id, {
      inputs: operator.inputs.map(() => []),
      outputs: operator.outputs.map(() => []),
    })
  }
  plan.edges.forEach((edge, index) => {
    const from = wired.get(edge.from.operator)
    const to = wired.get(edge.to.operator)
    const local = from && to ? new QueueChannel() : null
    if (from) {
      const row = rings[index][worker]
      const channels: OutputChannel[] = []
      row.forEach((buffer, receiver) => {
        if (receiver === worker && local) channels.push(local)
        else if (buffer) channels.push(new RingOutputChannel(buffer, wakeWorker(receiver)))
      })
      from.outputs[edge.from.output].push({ exchange: edge.exchange, channels })
    }
    if (!to) return
    rings[index].forEach((row, sender) => {
      const buffer = row[worker]
      if (sender === worker && local) to.inputs[edge.to.input].push(local)
      else if (buffer) {
        to.inputs[edge.to.input].push(new RingInputChannel(buffer, wakeWorker(sender)))
      }
    })
  })
  return wired
}
