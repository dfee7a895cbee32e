/** The door of the expression language: text and an input row in, a typed tree or problems with places out. */
import type { RowType } from '@millrace/schemas'
import { isBareNull } from './coerce.ts'
import type { ExpressionProblem } from './errors.ts'
import { ExpressionError } from './errors.ts'
import { sizeOf } from './kernels.ts'
import { parseText } from './parser.ts'
import type { TypedExpression } from './typed.ts'
import { typeAst } from './typer.ts'
import { condition } from './unify.ts'

/** Most nodes of one typed tree: a generated loop must stay small enough to be optimised. */
export const expressionNodesMax = 500

export type Checked<T> = { ok: true; value: T } | { ok: false; problem: ExpressionProblem }

/** Any scalar expression over `row`. Never throws on any text. */
export function checkExpression(text: string, row: RowType): Checked<TypedExpression> {
  return attempt(() => {
    const typed = typeAst(parseText(text), row)
    if (isBareNull(typed))
      throw new ExpressionError('NULL alone has no type. Write CAST(NULL AS STRING).', whole(text))
    return limited(typed, text)
  })
}

/** A BOOLEAN expression. */
export function checkCondition(text: string, row: RowType): Checked<TypedExpression> {
  return attempt(() => {
    const ast = parseText(text)
    return limited(condition(typeAst(ast, row), ast), text)
  })
}

export function limited(typed: TypedExpression, text: string): TypedExpression {
  if (sizeOf(typed) > expressionNodesMax)
    throw new ExpressionError(
      `This expression has more than ${expressionNodesMax} parts. Compute a part of it in a Select node before.`,
      whole(text),
    )
  return typed
}

function whole(text: string): { start: number; end: number } {
  return { start: 0, end: text.length }
}

export function attempt<T>(compute: () => T): Checked<T> {
  try {
    return { ok: true, value: compute() }
  } catch (error) {
    if (error instanceof ExpressionError) return { ok: false, problem: error.problem }
    throw error
  }
}
