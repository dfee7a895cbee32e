/** What a preview puts in place of sinks that write: it takes the rows and writes nothing. */
import type { Operator, OperatorFactory } from '@millrace/engine/runtime'

export const sampleSink: OperatorFactory = (context): Operator => ({
  onBatch(_input, batch) {
    context.counters.passedOn += batch.length
    return 'done'
  },
  onWatermark: () => 'done',
  onProcessingTime: () => 'done',
  onEnd: () => 'done',
  onBarrier: () => 'done',
  freeze: () => ({ write: () => [] }),
  onCheckpointComplete() {},
  onCheckpointAborted() {},
  close() {},
})
