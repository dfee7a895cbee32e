/** Filters and projections as an operator, for tests that run below the catalogue. */
import { compileCalc } from '../../expressions/index.ts'
import type { CalcConfig } from '../../plan/index.ts'
import type { OperatorFactory } from '../../runtime/index.ts'

export const calc: OperatorFactory = (context) => {
  const [output] = context.spec.outputs
  const run = compileCalc(context.spec.config as CalcConfig, output.row, {
    origins: output.origins,
  })
  return {
    onBatch(_input, batch) {
      if (!context.outputs[0].hasRoom()) return 'blocked'
      const result = run(batch)
      context.counters.filtered += result.filtered
      context.counters.passedOn += result.batch.length
      context.outputs[0].emit(result.batch)
      return 'done'
    },
    onWatermark: () => 'done',
    onProcessingTime: () => 'done',
    onEnd: () => 'done',
    onBarrier: () => 'done',
    freeze: () => ({ write: () => [] }),
    onCheckpointComplete: () => undefined,
    onCheckpointAborted: () => undefined,
    close: () => undefined,
  }
}
