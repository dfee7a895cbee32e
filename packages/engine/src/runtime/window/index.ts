/** The window operator as the registry takes it. */
import type { OperatorFactory } from '../operator.ts'
import { WindowOperator } from './window-operator.ts'

export const windowAggregate: OperatorFactory = (context, restored) =>
  new WindowOperator(context, restored)
