/** Finds a column by name, and says what was probably meant when there is none. */
import type { RowType } from '@millrace/schemas'
import { fieldIndex } from '@millrace/schemas'
import type { Span } from './errors.ts'
import { ExpressionError, listNames, nearestName } from './errors.ts'
import type { TypedExpression } from './typed.ts'

/** Quotes a name where the parser needs it. */
export function printName(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) && !needsQuotes.has(name.toUpperCase())
    ? name
    : `\`${name.replaceAll('`', '``')}\``
}

const needsQuotes = new Set(
  'AND OR NOT IS IN LIKE BETWEEN CASE WHEN THEN ELSE END FROM WHERE SELECT AS ESCAPE TRUE FALSE NULL'.split(
    ' ',
  ),
)

export function columnNamed(name: string, span: Span, row: RowType): TypedExpression {
  const index = fieldIndex(row, name)
  if (index >= 0) {
    const { type, nullable } = row.fields[index]
    return { op: 'column', index, type, nullable }
  }
  const names = row.fields.map((field) => field.name)
  const near = nearestName(name, names)
  if (near !== undefined)
    throw new ExpressionError(`There is no column ${name}. Did you mean ${near}?`, span, {
      label: `Use ${near}`,
      text: printName(near),
    })
  throw new ExpressionError(
    names.length === 0
      ? `There is no column ${name}: the input has no columns.`
      : `There is no column ${name}. The columns are ${listNames(names)}. (Text is written in single quotes.)`,
    span,
  )
}
