/** What the parser makes of an expression's text: still without types, each part with its place. */
import type { DataType } from '@millrace/schemas'
import type { Span } from './errors.ts'

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'AND'
  | 'OR'

export type TimeField =
  | 'YEAR'
  | 'QUARTER'
  | 'MONTH'
  | 'WEEK'
  | 'DAY'
  | 'DOW'
  | 'DOY'
  | 'HOUR'
  | 'MINUTE'
  | 'SECOND'

export const timeFields: readonly TimeField[] = [
  'YEAR',
  'QUARTER',
  'MONTH',
  'WEEK',
  'DAY',
  'DOW',
  'DOY',
  'HOUR',
  'MINUTE',
  'SECOND',
]

export type Ast = Span &
  (
    | { is: 'column'; name: string }
    | { is: 'number'; text: string; kind: 'integer' | 'decimal' | 'double' }
    | { is: 'string'; value: string }
    | { is: 'boolean'; value: boolean }
    | { is: 'null' }
    /** DATE '…' and TIMESTAMP '…'. */
    | { is: 'time-literal'; kind: 'DATE' | 'TIMESTAMP'; text: string }
    /** One of the two is zero. */
    | { is: 'interval'; months: number; ms: number }
    | { is: 'negate'; arg: Ast }
    | { is: 'not'; arg: Ast }
    | { is: 'binary'; operator: BinaryOperator; left: Ast; right: Ast }
    | { is: 'test'; what: 'NULL' | 'TRUE' | 'FALSE'; not: boolean; arg: Ast }
    | { is: 'distinct'; not: boolean; left: Ast; right: Ast }
    | { is: 'like'; not: boolean; arg: Ast; pattern: Ast; escape: Ast | null }
    | { is: 'in'; not: boolean; arg: Ast; list: Ast[] }
    | { is: 'between'; not: boolean; arg: Ast; low: Ast; high: Ast }
    | {
        is: 'case'
        operand: Ast | null
        branches: { when: Ast; value: Ast }[]
        otherwise: Ast | null
      }
    | { is: 'cast'; arg: Ast; type: DataType; orNull: boolean }
    | AstCall
  )

export interface AstCall {
  is: 'call'
  /** In capitals. */
  name: string
  nameSpan: Span
  args: Ast[]
  /** A unit that the syntax put in place of a value: EXTRACT(unit FROM …), FLOOR(… TO unit), TIMESTAMPDIFF(unit, …). */
  unit: TimeField | null
  /** COUNT(*). */
  star: boolean
  distinct: boolean
  filter: Ast | null
}
