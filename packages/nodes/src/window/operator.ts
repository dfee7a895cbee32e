/** Window at run time. */
import type { OperatorFactory } from '@millrace/engine/runtime'
import { windowAggregate } from '@millrace/engine/runtime'

export const operators: Readonly<Record<string, OperatorFactory>> = {
  'window-aggregate': windowAggregate,
}
