/** The process function: lends state to user code, one request at a time, and applies what comes back. */
import { AppError, assert } from '@millrace/base'
import type {
  CodeAnswer,
  CodeHost,
  CodeRequest,
  CodeSession,
  DueTimers,
  TimerDomain,
} from '@millrace/engine/code'
import { codeRequestRowsMax } from '@millrace/engine/code'
import type { ProcessFunctionConfig } from '@millrace/engine/plan'
import type {
  Operator,
  OperatorContext,
  OperatorFactory,
  OperatorReport,
  RestoredState,
  Snapshot,
  StepResult,
} from '@millrace/engine/runtime'
import { KeyEncoder, keyGrouper, takeRows } from '@millrace/engine/runtime'
import type { Batch, CellValue, DataType } from '@millrace/schemas'
import { BatchBuilder, cellAt } from '@millrace/schemas'
import { CodeKeys, keyBytesOf, keyText } from './code-keys.ts'

/** The operator for a code host: a child process on the server, the worker's own compartment in the preview. */
export function processFunctionOn(host: CodeHost): OperatorFactory {
  return (context, restored) => new ProcessFunctionOperator(context, restored, host)
}

/** What is under way: rows of a batch from `next` on, or timers up to a time. */
interface Open {
  /** Keys of the request, by its key index. */
  keys: string[]
  /** The rows sent; null for timers. */
  rows: Batch | null
}

class ProcessFunctionOperator implements Operator {
  private readonly context: OperatorContext
  private readonly config: ProcessFunctionConfig
  private readonly keyTypes: readonly DataType[]
  private readonly encoder: KeyEncoder
  private readonly keys: CodeKeys
  private readonly session: CodeSession
  private requestId = 0
  private open: Open | null = null
  /** Batches that came back and have not left yet, by output. */
  private leaving: { output: number; batch: Batch }[] = []
  /** Next row of the batch that is being worked on. */
  private nextRow = 0
  private failed = false

  constructor(context: OperatorContext, restored: RestoredState | null, host: CodeHost) {
    this.context = context
    this.config = context.spec.config as ProcessFunctionConfig
    const input = context.spec.inputs[0]
    this.keyTypes = this.config.keys.map((index) => input.fields[index].type)
    this.encoder = new KeyEncoder(this.config.keys, this.keyTypes)
    const hash = context.spec.state.find((state) => state.scope === 'keyed')?.hash ?? 'v1'
    this.keys = new CodeKeys(
      { groupOf: keyGrouper(hash, this.keyTypes), keyGroups: context.keyGroups },
      restored,
    )
    assert(
      this.config.code.javascript !== null,
      'a process function was deployed without its JavaScript',
    )
    this.session = host.open({
      node: context.spec.node,
      javascript: this.config.code.javascript,
      input,
      keys: this.config.keys,
      outputs: [null, ...this.config.sideOutputs].map((side, index) => ({
        side,
        row: context.spec.outputs[index].row,
      })),
    })
    this.wakeForNextTimer()
  }

  onBatch(_input: number, batch: Batch): StepResult {
    for (;;) {
      if (!this.settle()) return 'blocked'
      if (this.nextRow >= batch.length) {
        this.nextRow = 0
        this.context.counters.absorbed += batch.length
        return 'done'
      }
      const from = this.nextRow
      this.nextRow = Math.min(batch.length, from + codeRequestRowsMax)
      this.sendRows(
        from === 0 && this.nextRow === batch.length ? batch : slice(batch, from, this.nextRow),
      )
    }
  }

  onWatermark(time: number): StepResult {
    return this.fire('event', time)
  }

  onProcessingTime(now: number): StepResult {
    const result = this.fire('processing', now)
    if (result === 'done') this.wakeForNextTimer()
    return result
  }

  onEnd(): StepResult {
    return this.settle() ? 'done' : 'blocked'
  }

  onBarrier(): StepResult {
    return this.settle() ? 'done' : 'blocked'
  }

  freeze(): Snapshot {
    assert(this.open === null && this.leaving.length === 0, 'frozen while a request was open')
    return this.keys.freeze()
  }

  onCheckpointComplete(): void {}

  onCheckpointAborted(): void {}

  report(): OperatorReport {
    return { stateBytes: this.keys.stateBytes }
  }

  close(): void {
    this.session.close()
  }

  /** True once no request is open and everything that came back has left. */
  private settle(): boolean {
    if (this.failed || this.open) return false
    while (this.leaving.length > 0) {
      const { output, batch } = this.leaving[0]
      if (!this.context.outputs[output].hasRoom()) return false
      this.context.outputs[output].emit(batch)
      this.leaving.shift()
    }
    return true
  }

  private fire(domain: TimerDomain, until: number): StepResult {
    for (;;) {
      if (!this.settle()) return 'blocked'
      if (!this.sendTimers(domain, until)) return 'done'
    }
  }

  private sendRows(rows: Batch): void {
    const { data, starts, ends } = this.encoder.encode(rows)
    const indexes = new Map<string, number>()
    const keys: string[] = []
    const values: CellValue[][] = []
    const keyOf = new Int32Array(rows.length)
    for (let row = 0; row < rows.length; row++) {
      const key = keyText(data, starts[row], ends[row])
      let index = indexes.get(key)
      if (index === undefined) {
        index = keys.length
        indexes.set(key, index)
        keys.push(key)
        values.push(
          this.config.keys.map((column, i) => cellAt(rows.columns[column], this.keyTypes[i], row)),
        )
      }
      keyOf[row] = index
    }
    this.send({ keys, rows }, values, { batch: rows, keyOf }, null)
  }

  /** Sends the next due timers; false: none is due. */
  private sendTimers(domain: TimerDomain, until: number): boolean {
    const indexes = new Map<string, number>()
    const timers: { key: number; time: number }[] = []
    const queue = this.keys.timers[domain]
    while (timers.length < codeRequestRowsMax) {
      const timer = queue.takeDue(until)
      if (!timer) break
      let index = indexes.get(timer.key)
      if (index === undefined) {
        index = indexes.size
        indexes.set(timer.key, index)
      }
      timers.push({ key: index, time: timer.time })
    }
    if (timers.length === 0) return false
    const keys = [...indexes.keys()]
    const isLast = (queue.nextTime() ?? Number.POSITIVE_INFINITY) > until
    const due = { domain, until: isLast ? until : timers[timers.length - 1].time, timers }
    this.send({ keys, rows: null }, this.decodeKeys(keys), null, due)
    return true
  }

  private send(
    open: Open,
    values: CellValue[][],
    rows: CodeRequest['rows'],
    due: DueTimers | null,
  ): void {
    this.open = open
    const request: CodeRequest = {
      id: ++this.requestId,
      watermark: this.context.watermark(),
      now: this.context.clock.now(),
      seed: this.context.random.uint32(),
      keys: open.keys.map((key, index) => ({
        values: values[index],
        state: this.keys.stateOf(key),
      })),
      rows,
      due,
    }
    this.session.run(request, (answer) => this.receive(open, answer))
  }

  private receive(open: Open, answer: CodeAnswer): void {
    this.open = null
    if (answer.failure) this.fail(open, answer)
    else this.apply(open, answer)
    this.context.wake()
  }

  private apply(open: Open, answer: CodeAnswer): void {
    for (const { key, name, value } of answer.states) this.keys.put(open.keys[key], name, value)
    for (const { key, domain, time, set } of answer.timers) {
      const queue = this.keys.timers[domain]
      if (set) queue.set(open.keys[key], time)
      else queue.delete(open.keys[key], time)
    }
    for (const [output, batches] of answer.outputs.entries()) {
      for (const batch of batches) this.leaving.push({ output, batch })
    }
    this.wakeForNextTimer()
  }

  private fail(open: Open, answer: CodeAnswer): void {
    const { failure } = answer
    assert(failure, 'an answer that failed has no failure')
    this.failed = true
    const { line, row, code, message } = failure
    const origins = open.rows?.origins
    const record =
      row === null || !origins
        ? null
        : { topic: null, partition: origins.partition[row], offset: origins.offset[row] }
    this.context.fail(
      new AppError(message, {
        code,
        origin: 'user',
        details: { node: this.context.spec.node, line, record },
      }),
    )
  }

  private decodeKeys(keys: readonly string[]): CellValue[][] {
    const row = {
      fields: this.keyTypes.map((type, i) => ({ name: String(i), type, nullable: true })),
    }
    const builder = new BatchBuilder(row, { capacity: keys.length, withEventTime: false })
    for (const key of keys) {
      const data = keyBytesOf(key)
      this.encoder.decode(builder, builder.addRow(Number.NaN), { data, start: 0, end: data.length })
    }
    const batch = builder.take()
    return keys.map((_, at) => this.keyTypes.map((type, i) => cellAt(batch.columns[i], type, at)))
  }

  private wakeForNextTimer(): void {
    const time = this.keys.timers.processing.nextTime()
    if (time !== undefined) this.context.wakeAt(time)
  }
}

function slice(batch: Batch, from: number, to: number): Batch {
  const rows = Int32Array.from({ length: to - from }, (_, i) => from + i)
  return takeRows(batch, rows, rows.length)
}
