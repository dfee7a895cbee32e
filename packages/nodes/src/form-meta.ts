/**
 * The vocabulary between config schemas and the studio's forms. A form is drawn from `z.toJSONSchema(config)`; each
 * field carries one of these widgets and its hints as plain JSON beside the schema.
 */
import type { DataType } from '@millrace/schemas'
import { parseType } from '@millrace/schemas'
import { z } from 'zod'

/**
 * - `text`: one line · `number` with `unit` · `switch`: boolean · `share`: 0 to 1, shown as percent
 * - `duration`: integer ms, shown as "5 min"; `presets` in ms
 * - `timestamp`: integer ms since the epoch, shown as a date and time
 * - `choice`: an enum; `labels` by value, `help` by value
 * - `topic`: a topic's name, with the known topics; `allowNew`: may name one that does not exist
 * - `columns`: array of {name, type, nullable, path?, unit?}; `infer`: offer "from recent records"; `paths`: show the path
 * - `time`: null or {column, unit?, waitMs}: one of this node's own columns as event time
 * - `expression`: one Flink SQL expression; `expects`: condition | value | aggregate
 * - `projections`: array of {name, expression} · `aggregates`: the same, expressions are aggregates
 * - `key-columns`: array of column names of the input; `none`: the words for an empty list
 * - `own-column`: a name out of this node's `columns` (or null)
 * - `code`: TypeScript, opens in the dock
 * - `side-outputs`: array of {name, columns}
 * - `generated-columns`: array of {name, type, nullable, nullShare, generator}
 * - `group`: an object whose fields stand together
 */
export type Widget =
  | 'text'
  | 'number'
  | 'switch'
  | 'share'
  | 'duration'
  | 'timestamp'
  | 'choice'
  | 'topic'
  | 'columns'
  | 'time'
  | 'expression'
  | 'projections'
  | 'aggregates'
  | 'key-columns'
  | 'own-column'
  | 'code'
  | 'side-outputs'
  | 'generated-columns'
  | 'group'

/** What a field's `.meta()` holds. */
export interface FieldMeta {
  title: string
  /** One sentence under the field. */
  description?: string
  widget: Widget
  unit?: string
  placeholder?: string
  /** Under "More settings". */
  advanced?: boolean
  /** Show only while another field of the same object has one of these values. */
  showWhen?: { field: string; is: readonly unknown[] }
  presets?: readonly number[]
  labels?: Readonly<Record<string, string>>
  help?: Readonly<Record<string, string>>
  expects?: 'condition' | 'value' | 'aggregate'
  allowNew?: boolean
  infer?: boolean
  paths?: boolean
  none?: string
  [hint: string]: unknown
}

/** Types the hints of a field. */
export function meta(fields: FieldMeta): FieldMeta {
  return fields
}

/** Longest duration of any setting: ten years. */
const durationMsMax = 315_576_000_000

export function durationMs(options: { min: number }) {
  return z.int().min(options.min).max(durationMsMax)
}

export const columnName = z.string().max(120)
export const expressionText = z.string().max(8000)

const typeText = z
  .string()
  .refine((text) => parseType(text) !== undefined, {
    error:
      'is not a type. Types are BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL(p, s) with p up to 18, STRING, BYTES, DATE and TIMESTAMP(3)',
  })
  .meta({ title: 'Type' })

export const declaredColumn = z.strictObject({
  name: columnName.meta({ title: 'Name' }),
  type: typeText,
  nullable: z.boolean().default(true).meta({ title: 'May be NULL' }),
})

export type DeclaredColumnConfig = z.infer<typeof declaredColumn>

/** Of a text that the schema has accepted. */
export function typeOfText(text: string): DataType {
  return parseType(text) ?? { kind: 'STRING' }
}

/** How a number or text stands for an instant. */
export const timeUnit = z.enum(['ms', 's', 'us', 'iso8601'])

export const namedExpression = z.strictObject({ name: columnName, expression: expressionText })
export const namedExpressions = z.array(namedExpression).max(200)
export const keyColumns = z.array(columnName).max(20)

/** "5 min", "90 s", "2 h 30 min": as the studio shows durations. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0 s'
  const parts: string[] = []
  let rest = ms
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size)
    if (count === 0) continue
    parts.push(`${count} ${unit}`)
    rest -= count * size
  }
  return parts.slice(0, 2).join(' ')
}

const units: readonly [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
]
