/** What every field of a form is given, and its id in the page. */
import type { FormSchema } from './schema.ts'

export interface ConfigFieldProps {
  name: string
  /** Dotted path in the config. */
  path: string
  schema: FormSchema
  value: unknown
}

export function fieldDomId(path: string): string {
  return `field-${path.replaceAll('.', '-')}`
}
