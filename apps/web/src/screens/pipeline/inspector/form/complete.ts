/** Completion of SQL expressions: columns that arrive, functions, keywords. */
import type { Field } from '@millrace/schemas'
import { formatType } from '@millrace/schemas'

export interface Suggestion {
  text: string
  /** Shown at the right: the type, or what it is. */
  detail: string
}

/** Most suggestions shown. */
export const suggestionsMax = 8

const keywords = [
  'AND',
  'OR',
  'NOT',
  'IS NULL',
  'IS NOT NULL',
  'LIKE',
  'IN (',
  'BETWEEN',
  'CASE WHEN',
  'TRUE',
  'FALSE',
  'NULL',
]

const functions: readonly [string, string][] = [
  ['CAST(', 'CAST(x AS TYPE)'],
  ['COALESCE(', 'first that is not NULL'],
  ['NULLIF(', 'NULL if equal'],
  ['IF(', 'IF(condition, a, b)'],
  ['UPPER(', 'text'],
  ['LOWER(', 'text'],
  ['TRIM(', 'text'],
  ['SUBSTRING(', 'SUBSTRING(s, from, length)'],
  ['CHAR_LENGTH(', 'code points'],
  ['CONCAT(', 'text'],
  ['REPLACE(', 'text'],
  ['ABS(', 'number'],
  ['ROUND(', 'ROUND(x, digits)'],
  ['FLOOR(', 'number'],
  ['CEIL(', 'number'],
  ['MOD(', 'MOD(a, b)'],
  ['EXTRACT(', 'EXTRACT(HOUR FROM t)'],
  ['TO_TIMESTAMP_LTZ(', 'epoch to time'],
  ['DATE_FORMAT(', "DATE_FORMAT(t, 'yyyy-MM-dd')"],
]

const aggregates: readonly [string, string][] = [
  ['COUNT(*)', 'rows'],
  ['SUM(', 'total'],
  ['AVG(', 'mean'],
  ['MIN(', 'smallest'],
  ['MAX(', 'largest'],
  ['COUNT(DISTINCT ', 'different values'],
  ['BOOL_OR(', 'any true'],
  ['BOOL_AND(', 'all true'],
]

/** The word before the caret; null inside a string literal. */
export function wordBefore(text: string, caret: number): string | null {
  const before = text.slice(0, caret)
  const quotes = before.split("'").length - 1
  if (quotes % 2 === 1) return null
  return /[A-Za-z_`][\w`]*$/.exec(before)?.[0] ?? ''
}

/** What may follow; columns first. */
export function suggest(columns: readonly Field[], word: string, aggregate = false): Suggestion[] {
  const wanted = word.replace(/`/g, '').toLowerCase()
  const all: Suggestion[] = [
    ...(aggregate ? aggregates.map(([text, detail]) => ({ text, detail })) : []),
    ...columns.map((column) => ({ text: quoted(column.name), detail: formatType(column.type) })),
    ...(wanted ? functions.map(([text, detail]) => ({ text, detail })) : []),
    ...(wanted ? keywords.map((text) => ({ text, detail: '' })) : []),
  ]
  const matches = all.filter((item) => item.text.replace(/`/g, '').toLowerCase().startsWith(wanted))
  const exact = matches.length === 1 && matches[0].text.toLowerCase() === wanted
  return exact ? [] : matches.slice(0, suggestionsMax)
}

/** A column's name as expressions write it. */
export function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``
}

/** The text with the word before the caret replaced, and the new caret. */
export function accept(
  text: string,
  caret: number,
  suggestion: string,
): { text: string; caret: number } {
  const word = wordBefore(text, caret) ?? ''
  const start = caret - word.length
  return {
    text: text.slice(0, start) + suggestion + text.slice(caret),
    caret: start + suggestion.length,
  }
}
