/** Builds the result rows of a window operator and emits them in batches of bounded size. */
import { BatchBuilder, rowKind } from '@millrace/schemas'
import type { WindowAggregateConfig } from '../../plan/operator-configs.ts'
import type { KeyEncoder } from '../key-encoder.ts'
import type { OperatorContext } from '../operator.ts'
import type { Pane } from './pane.ts'

/** Most rows of a result batch; the first ones of a burst are smaller, so that few results stay cheap. */
export const resultRowsMax = 4096
const resultRowsFirst = 64

export interface ResultWriterOptions {
  context: OperatorContext
  encoder: KeyEncoder
  keyCount: number
}

export class ResultWriter {
  private readonly options: ResultWriterOptions
  private readonly firing: boolean
  private builder: BatchBuilder | null = null
  private capacity = resultRowsFirst

  constructor(options: ResultWriterOptions) {
    this.options = options
    this.firing = (options.context.spec.config as WindowAggregateConfig).firing
  }

  get isFull(): boolean {
    return this.builder?.isFull ?? false
  }

  /** Writes the result of an entry; `firing` counts from 1. Asserts room: see `isFull`. */
  write(pane: Pane, entry: number, firing: number): void {
    const { encoder, keyCount } = this.options
    this.builder ??= this.newBuilder()
    const { builder } = this
    const kind = firing === 1 ? rowKind.insert : rowKind.updateAfter
    const row = builder.addRow(pane.end - 1, kind)
    encoder.decode(builder, row, pane.keys.keyOf(entry))
    setTime(builder, keyCount, row, pane.start)
    setTime(builder, keyCount + 1, row, pane.end)
    setTime(builder, keyCount + 2, row, pane.end - 1)
    const { accumulators } = pane
    for (let i = 0; i < accumulators.length; i++) {
      accumulators[i].export(entry, builder, { index: keyCount + 3 + i, row })
    }
    if (this.firing) builder.setCell(keyCount + 3 + accumulators.length, row, firing)
  }

  /** Emits what was written. False: no room in the output. */
  flush(): boolean {
    const { builder } = this
    if (builder === null) return true
    const output = this.options.context.outputs[0]
    if (!output.hasRoom()) return false
    this.capacity = builder.isFull ? resultRowsMax : resultRowsFirst
    this.builder = null
    output.emit(builder.take())
    return true
  }

  private newBuilder(): BatchBuilder {
    const { row } = this.options.context.spec.outputs[0]
    return new BatchBuilder(row, { capacity: this.capacity, withEventTime: true })
  }
}

function setTime(builder: BatchBuilder, index: number, row: number, time: number): void {
  const column = builder.columnAt(index)
  if (column.rep === 'f64') column.values[row] = time
}
