/** Filter at run time: a `calc` with a condition. */
import type { OperatorFactory } from '@millrace/engine/runtime'
import { calc } from '@millrace/engine/runtime'

export const operators: Readonly<Record<string, OperatorFactory>> = { calc }
