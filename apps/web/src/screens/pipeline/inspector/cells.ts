/** A cell as text. */
import type { Field } from '@millrace/schemas'
import { type ClockZone, formatInstant } from '../../../format/index.ts'

export function formatCell(value: unknown, field: Field, zone: ClockZone): string {
  if (value === null || value === undefined) return 'NULL'
  if (field.type.kind === 'TIMESTAMP' && typeof value === 'number')
    return formatInstant(value, zone)
  if (field.type.kind === 'DATE' && typeof value === 'number')
    return new Date(value * 86_400_000).toISOString().slice(0, 10)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function isNumeric(field: Field): boolean {
  return ['INT', 'BIGINT', 'DOUBLE', 'DECIMAL'].includes(field.type.kind)
}
