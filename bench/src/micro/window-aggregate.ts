/**
 * Rows a CPU second through the window operator alone: one STRING key, COUNT(*) and SUM of one BIGINT, 10 s tumbling.
 * `npx tsx bench/src/micro/window-aggregate.ts [keys]`. Also times a freeze of 1 M keys of which 5 % changed.
 */
import { seededRandom, VirtualTime } from '@millrace/base'
import type { OperatorContext } from '@millrace/engine/runtime'
import { emptyCounters, windowAggregate } from '@millrace/engine/runtime'
import type { Batch } from '@millrace/schemas'
import { batchRowsMax, makeColumn, types } from '@millrace/schemas'
import { windowSpec } from '../../../packages/engine/src/runtime/testing/plans.ts'

const keyCount = Number(process.argv[2] ?? 1000)
const random = seededRandom(1)

function keysOf(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, key) => new TextEncoder().encode(`user-${key}`))
}

/** Keys lie in the batch as they do in decoded JSON: slices of one big buffer. */
function makeBatch(
  keys: readonly Uint8Array[],
  firstTime: number,
  pick: (i: number) => number,
): Batch {
  const chosen = Array.from({ length: batchRowsMax }, (_, i) => keys[pick(i)])
  const data = new Uint8Array(chosen.reduce((size, key) => size + key.length + 20, 0))
  const key = makeColumn(types.string, batchRowsMax, data)
  const value = makeColumn(types.bigint, batchRowsMax)
  const eventTimes = new Float64Array(batchRowsMax)
  let at = 0
  for (let i = 0; i < batchRowsMax; i++) {
    if (key.rep !== 'bytes' || value.rep !== 'i64') throw new Error('unexpected representation')
    data.set(chosen[i], at)
    key.starts[i] = at
    key.ends[i] = at + chosen[i].length
    at += chosen[i].length + 20
    value.values[i] = BigInt(i * 7)
    eventTimes[i] = firstTime + i / 8
  }
  return {
    length: batchRowsMax,
    columns: [key, value],
    eventTimes,
    rowKinds: null,
    origins: null,
  }
}

function makeContext(): OperatorContext {
  const spec = windowSpec({ sizeMs: 10_000 })
  const clock = new VirtualTime(0)
  return {
    spec,
    subtask: 0,
    keyGroups: { start: 0, end: 128 },
    outputs: spec.outputs.map(() => ({ hasRoom: () => true, emit: () => undefined })),
    counters: emptyCounters(2),
    clock,
    random,
    watermark: () => Number.NEGATIVE_INFINITY,
    wakeAt: () => undefined,
    wake: () => undefined,
    dropped: () => undefined,
    fail: (error) => {
      throw error
    },
  }
}

function throughput(): void {
  const keys = keysOf(keyCount)
  const batches = Array.from({ length: 64 }, (_, i) =>
    makeBatch(keys, i * 1024, () => Math.floor(random.next() * keyCount)),
  )
  const operator = windowAggregate(makeContext(), null)
  const rates: number[] = []
  for (let round = 0; round < 7; round++) {
    const start = process.cpuUsage()
    let rows = 0
    for (let pass = 0; pass < 8; pass++) {
      for (const batch of batches) {
        operator.onBatch(0, batch)
        rows += batch.length
      }
    }
    const { user, system } = process.cpuUsage(start)
    rates.push(rows / (user + system))
  }
  rates.sort((a, b) => a - b)
  const median = rates[Math.floor(rates.length / 2)].toFixed(1)
  console.log(
    `window-aggregate, ${keyCount} keys: median ${median} M rows per CPU second of ${rates.length} runs`,
  )
}

function freezeTime(): void {
  const count = 1_000_000
  const keys = keysOf(count)
  const operator = windowAggregate(makeContext(), null)
  for (let from = 0; from < count; from += batchRowsMax) {
    operator.onBatch(
      0,
      makeBatch(keys, 0, (i) => (from + i) % count),
    )
  }
  const pauses: number[] = []
  for (let checkpoint = 1; checkpoint <= 12; checkpoint++) {
    for (let i = 0; i < 7; i++) {
      operator.onBatch(
        0,
        makeBatch(keys, 0, () => Math.floor(random.next() * count)),
      )
    }
    const start = performance.now()
    const snapshot = operator.freeze(checkpoint)
    const pause = performance.now() - start
    let bytes = 0
    let slowest = 0
    let last = performance.now()
    for (const part of snapshot.write()) {
      slowest = Math.max(slowest, performance.now() - last)
      last = performance.now()
      bytes += part.bytes.length
    }
    operator.onCheckpointComplete(checkpoint)
    if (checkpoint > 1) pauses.push(pause)
    console.log(
      `freeze ${checkpoint}: pause ${pause.toFixed(2)} ms, ${(bytes / 1e6).toFixed(1)} MB, longest slice ${slowest.toFixed(2)} ms`,
    )
  }
  pauses.sort((a, b) => a - b)
  console.log(`1 M keys, 5 % changed: longest pause ${pauses[pauses.length - 1].toFixed(2)} ms`)
}

throughput()
freezeTime()
