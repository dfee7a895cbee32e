/** Filters and projections: runs the generated loop of a `calc` and accounts for every row. */
import type { Batch } from '@millrace/schemas'
import { type CalcResult, compileCalc, deadLettersOf } from '../expressions/index.ts'
import type { CalcConfig } from '../plan/operator-configs.ts'
import type { Operator, OperatorContext, OperatorFactory, StepResult } from './operator.ts'

export const calc: OperatorFactory = (context) => new CalcOperator(context)

class CalcOperator implements Operator {
  private readonly context: OperatorContext
  private readonly compute: (batch: Batch) => CalcResult
  /** Computed and not yet handed on. */
  private result: CalcResult | null = null

  constructor(context: OperatorContext) {
    this.context = context
    const [output] = context.spec.outputs
    this.compute = compileCalc(context.spec.config as CalcConfig, output.row, {
      origins: output.origins,
    })
  }

  onBatch(_input: number, batch: Batch): StepResult {
    const { outputs, counters, spec } = this.context
    this.result ??= this.compute(batch)
    const { batch: passed, filtered, faults } = this.result
    if (passed.length > 0 && !outputs[0].hasRoom()) return 'blocked'
    if (faults.length > 0 && !outputs[1].hasRoom()) return 'blocked'
    outputs[0].emit(passed)
    if (faults.length > 0) {
      outputs[1].emit(deadLettersOf(faults, batch, spec.inputs[0]))
      this.recordFaults(batch)
    }
    counters.passedOn += passed.length
    counters.filtered += filtered
    counters.deadLetters += faults.length
    this.result = null
    return 'done'
  }

  onWatermark(): StepResult {
    return 'done'
  }

  onProcessingTime(): StepResult {
    return 'done'
  }

  onEnd(): StepResult {
    return 'done'
  }

  onBarrier(): StepResult {
    return 'done'
  }

  freeze() {
    return { write: () => [] }
  }

  onCheckpointComplete(): void {}

  onCheckpointAborted(): void {}

  close(): void {}

  /** The first fault of a batch stands for the others; the counter is exact. */
  private recordFaults(batch: Batch): void {
    const fault = this.result?.faults[0]
    if (!fault) return
    this.context.dropped({
      why: 'dead-letter',
      message: fault.message,
      topic: null,
      partition: batch.origins?.partition[fault.row] ?? null,
      offset: batch.origins?.offset[fault.row] ?? null,
    })
  }
}
