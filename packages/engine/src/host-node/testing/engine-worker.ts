/** The engine worker of this package's own tests: connectors, the operators of the runtime, and one that breaks. */
import { AppError } from '@millrace/base'
import { connectors } from '@millrace/nodes/connectors'
import { calc, type OperatorFactory, viewSink, windowAggregate } from '../../runtime/index.ts'
import { runEngineWorker } from '../engine-worker.ts'

/** Passes rows on until a record says how to break: by its `user`. */
const breakable: OperatorFactory = (context, restored) => {
  const operator = calc(context, restored)
  const onBatch = operator.onBatch.bind(operator)
  operator.onBatch = (input, batch) => {
    const [users] = batch.columns
    const text = users.rep === 'bytes' ? Buffer.from(users.data).toString() : ''
    if (text.includes('crash')) process.exit(3)
    const details = {
      node: 'filter',
      line: 3,
      record: { topic: 'orders', partition: 0, offset: 1 },
    }
    if (text.includes('throws')) {
      throw new AppError('amount is not a number', {
        code: 'user-code-threw',
        origin: 'user',
        details,
      })
    }
    return onBatch(input, batch)
  }
  return operator
}

await runEngineWorker({
  operators: { calc, breakable, 'view-sink': viewSink, 'window-aggregate': windowAggregate },
  sources: {},
  connectors,
})
