/** Typed expression -> text a person can read; for `explain` and error messages, not to be parsed again. */
import type { RowType } from '@millrace/schemas'
import { formatDecimal, formatType } from '@millrace/schemas'
import { formatDate, formatTimestamp } from './calendar.ts'
import { printName } from './column-names.ts'
import type { TypedCall, TypedExpression, TypedLiteral } from './typed.ts'

const infix: Readonly<Record<string, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  modulo: '%',
  equal: '=',
  'not-equal': '<>',
  less: '<',
  'less-equal': '<=',
  greater: '>',
  'greater-equal': '>=',
  and: 'AND',
  or: 'OR',
  concat: '||',
  like: 'LIKE',
}

export function printExpression(expression: TypedExpression, row: RowType): string {
  switch (expression.op) {
    case 'column':
      return printName(row.fields[expression.index]?.name ?? `#${expression.index}`)
    case 'literal':
      return printLiteral(expression)
    case 'call':
      return printCall(expression, row)
  }
}

function printLiteral({ value, type }: TypedLiteral): string {
  if (value === null) return 'NULL'
  switch (type.kind) {
    case 'STRING':
      return `'${String(value).replaceAll("'", "''")}'`
    case 'DECIMAL':
      return formatDecimal(BigInt(value as string), type.scale)
    case 'DATE':
      return `DATE '${formatDate(value as number)}'`
    case 'TIMESTAMP':
      return `TIMESTAMP '${formatTimestamp(value as number, 3)}'`
    case 'BOOLEAN':
      return value ? 'TRUE' : 'FALSE'
    default:
      return String(value)
  }
}

function printCall(call: TypedCall, row: RowType): string {
  const args = call.args.map((arg) => printExpression(arg, row))
  const symbol = infix[call.name]
  if (symbol && args.length > 1) return `(${args.join(` ${symbol} `)})`
  if (call.name === 'cast') return `CAST(${args[0]} AS ${formatType(call.type)})`
  if (call.name === 'try-cast') return `TRY_CAST(${args[0]} AS ${formatType(call.type)})`
  if (call.name === 'not') return `(NOT ${args[0]})`
  if (call.name.startsWith('is-'))
    return `(${args[0]} ${call.name.replaceAll('-', ' ').toUpperCase()})`
  if (call.name === 'case') return printCase(args)
  return `${call.name.replaceAll('-', '_').toUpperCase()}(${args.join(', ')})`
}

function printCase(args: readonly string[]): string {
  let text = 'CASE'
  let i = 0
  for (; i + 1 < args.length; i += 2) text += ` WHEN ${args[i]} THEN ${args[i + 1]}`
  return `${text} ELSE ${args[i]} END`
}
