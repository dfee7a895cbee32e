/** INTERVAL literals: `INTERVAL '5' MINUTE`, `INTERVAL '1:30' HOUR TO MINUTE` is not offered. */
import type { Ast } from './ast.ts'
import { ExpressionError } from './errors.ts'
import type { TokenCursor } from './token-cursor.ts'
import type { Token } from './tokens.ts'
import { parseUnit, unitMonths, unitMs } from './units.ts'

/** The cursor is behind INTERVAL, on its string. */
export function parseInterval(cursor: TokenCursor, first: Token): Ast {
  const written = cursor.next()
  const unit = parseUnit(cursor)
  const end = cursor.previous()?.end ?? written.end
  const ms = unitMs[unit]
  const months = unitMonths[unit]
  const fraction = unit === 'SECOND'
  const pattern = fraction ? /^\s*[+-]?\d{1,10}(\.\d{1,3})?\s*$/ : /^\s*[+-]?\d{1,10}\s*$/
  if (!pattern.test(written.text) || (ms === undefined && months === undefined))
    throw new ExpressionError(
      "An interval is a whole number in quotes and a unit: INTERVAL '5' MINUTE.",
      { start: first.start, end },
    )
  const amount = Number(written.text)
  return {
    is: 'interval',
    months: months === undefined ? 0 : amount * months,
    ms: ms === undefined ? 0 : Math.round(amount * ms),
    start: first.start,
    end,
  }
}
