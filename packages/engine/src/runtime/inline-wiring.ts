/** The channels of a plan that runs in one thread. */
import { assert } from '@millrace/base'
import type { PhysicalEdge, PhysicalPlan } from '../plan/physical.ts'
import { type InputChannel, type OutputChannel, QueueChannel } from './channel.ts'
import type { OutputEdge } from './exchange.ts'

/** The channels of one subtask. */
export interface Wire {
  inputs: InputChannel[][]
  outputs: OutputEdge[][]
}

/** By operator, then by subtask. */
export type Wires = ReadonlyMap<string, Wire[]>

/** A queue between every two subtasks that an edge connects. */
export function connect(plan: PhysicalPlan): Wires {
  const wires = new Map<string, Wire[]>()
  for (const spec of plan.operators) {
    const subtasks = Array.from({ length: spec.parallelism }, () => ({
      inputs: spec.inputs.map((): InputChannel[] => []),
      outputs: spec.outputs.map((): OutputEdge[] => []),
    }))
    wires.set(spec.id, subtasks)
  }
  for (const edge of plan.edges) connectEdge(edge, wires)
  return wires
}

function connectEdge(edge: PhysicalEdge, wires: Wires): void {
  const senders = wires.get(edge.from.operator)
  const receivers = wires.get(edge.to.operator)
  assert(senders && receivers, 'an edge leads to an operator that the plan does not have')
  const forward = edge.exchange.is === 'forward'
  assert(
    !forward || senders.length === receivers.length,
    'a forward edge connects operators of the same parallelism',
  )
  senders.forEach((sender, from) => {
    const channels: OutputChannel[] = []
    receivers.forEach((receiver, to) => {
      if (forward && from !== to) return
      const queue = new QueueChannel()
      channels.push(queue)
      receiver.inputs[edge.to.input].push(queue)
    })
    sender.outputs[edge.from.output].push({ exchange: edge.exchange, channels })
  })
}
