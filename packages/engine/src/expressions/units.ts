/** Units of time: how they are written and how long they are. */
import type { TimeField } from './ast.ts'
import { timeFields } from './ast.ts'
import { ExpressionError, listNames } from './errors.ts'
import type { TokenCursor } from './token-cursor.ts'

/** Milliseconds of the units whose length is fixed. */
export const unitMs: Partial<Record<TimeField, number>> = {
  WEEK: 604_800_000,
  DAY: 86_400_000,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
}

/** Months of the units whose length is not. */
export const unitMonths: Partial<Record<TimeField, number>> = { YEAR: 12, QUARTER: 3, MONTH: 1 }

/** `MINUTE` or `MINUTES`. */
export function parseUnit(cursor: TokenCursor): TimeField {
  const token = cursor.next()
  const name = token.upper.replace(/S$/, '')
  const unit = timeFields.find((candidate) => candidate === name)
  if (!unit)
    throw new ExpressionError(
      `${cursor.show(token)} is not a unit of time. Units are ${listNames(timeFields, 10)}.`,
      token,
    )
  return unit
}
