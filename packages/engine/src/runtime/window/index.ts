/** The window operator as the registry takes it. */
import type { OperatorFactory } from '../operator.ts'
import { type WindowLimits, WindowOperator } from './window-operator.ts'

export const windowAggregate: OperatorFactory = (context, restored) =>
  new WindowOperator(context, restored)

/** The same with other limits: simulations make snapshots incremental when they are small. */
export function windowAggregateWith(limits: WindowLimits): OperatorFactory {
  return (context, restored) => new WindowOperator(context, restored, limits)
}
