/** View sink at run time. */
import type { OperatorFactory } from '@millrace/engine/runtime'
import { viewSink } from '@millrace/engine/runtime'

export const operators: Readonly<Record<string, OperatorFactory>> = { 'view-sink': viewSink }
