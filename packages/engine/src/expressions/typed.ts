/** The typed expression tree: plain JSON, the only form of an expression inside a plan. Text never goes further than the compiler. */
import type { DataType } from '@millrace/schemas'

/** A column of the operator's input row. */
export interface TypedColumn {
  op: 'column'
  index: number
  type: DataType
  nullable: boolean
}

/**
 * A constant. BOOLEAN boolean · INT, DATE (days), DOUBLE, TIMESTAMP (ms) number · BIGINT and DECIMAL (scaled) decimal
 * digits as text · STRING text · null for a typed NULL.
 */
export interface TypedLiteral {
  op: 'literal'
  value: null | boolean | number | string
  type: DataType
  nullable: boolean
}

/**
 * A kernel applied to arguments that already have the types the kernel wants: the typer has inserted every cast.
 * `name` is one of the kernels in `kernels.ts`.
 */
export interface TypedCall {
  op: 'call'
  name: string
  args: readonly TypedExpression[]
  type: DataType
  nullable: boolean
}

export type TypedExpression = TypedColumn | TypedLiteral | TypedCall
