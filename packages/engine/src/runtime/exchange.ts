/** Sends the batches of one operator output along its edges: forward, by key group, or round-robin. */
import { assert, emptyBytes } from '@millrace/base'
import type { Batch, Element, RowType } from '@millrace/schemas'
import { batchRowsMax } from '@millrace/schemas'
import type { Exchange } from '../plan/physical.ts'
import { keyGroupCount } from '../plan/physical.ts'
import type { OutputChannel } from './channel.ts'
import { type KeyBytes, KeyEncoder, keyGrouper } from './key-encoder.ts'
import { subtaskOf } from './key-groups.ts'
import { takeRows } from './take-rows.ts'

/** One edge as a sending subtask sees it: a channel to each subtask that it may reach. */
export interface OutputEdge {
  exchange: Exchange
  /** `forward`: the one channel · otherwise by receiving subtask. */
  channels: readonly OutputChannel[]
}

export interface EdgeSender {
  readonly channels: readonly OutputChannel[]
  send(batch: Batch): void
}

/** `row`: the type of the rows that travel on the edge. */
export function edgeSender(edge: OutputEdge, row: RowType): EdgeSender {
  const { exchange, channels } = edge
  if (channels.length === 1) {
    return { channels, send: (batch) => channels[0].push({ is: 'batch', batch }) }
  }
  assert(exchange.is !== 'forward', 'a forward edge leads to one subtask')
  if (exchange.is === 'rebalance') {
    let next = 0
    return {
      channels,
      send(batch) {
        channels[next].push({ is: 'batch', batch })
        next = (next + 1) % channels.length
      },
    }
  }
  const partition = hashPartitioner(exchange, row, channels.length)
  return {
    channels,
    send(batch) {
      const parts = partition(batch)
      for (let i = 0; i < parts.length; i++) {
        const part = parts[i]
        if (part !== null) channels[i].push({ is: 'batch', batch: part })
      }
    },
  }
}

/** Splits a batch by the subtask that owns each row's key group; null: no row for that subtask. */
export function hashPartitioner(
  exchange: Extract<Exchange, { is: 'hash' }>,
  row: RowType,
  parallelism: number,
): (batch: Batch) => (Batch | null)[] {
  const types = exchange.columns.map((index) => row.fields[index].type)
  const encoder = new KeyEncoder(exchange.columns, types)
  const groupOf = keyGrouper(exchange.hash, types)
  const owners = new Uint8Array(keyGroupCount)
  for (let group = 0; group < keyGroupCount; group++) owners[group] = subtaskOf(group, parallelism)
  const counts = new Int32Array(parallelism)
  const rows = Array.from({ length: parallelism }, () => new Int32Array(batchRowsMax))
  const key: KeyBytes = { data: emptyBytes, start: 0, end: 0 }
  return (batch) => {
    assert(batch.length <= batchRowsMax, 'a batch has more rows than a batch may have')
    counts.fill(0)
    const slices = encoder.encode(batch)
    key.data = slices.data
    for (let i = 0; i < batch.length; i++) {
      key.start = slices.starts[i]
      key.end = slices.ends[i]
      const owner = owners[groupOf(key)]
      rows[owner][counts[owner]++] = i
    }
    return rows.map((chosen, subtask) => {
      const count = counts[subtask]
      if (count === 0) return null
      return count === batch.length ? batch : takeRows(batch, chosen, count)
    })
  }
}

/** A control element goes to every channel of every edge. */
export function broadcast(senders: readonly EdgeSender[], element: Element): void {
  for (const sender of senders) for (const channel of sender.channels) channel.push(element)
}
