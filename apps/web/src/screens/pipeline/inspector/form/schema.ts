/** The config schema of a node kind as JSON Schema, with the hints that forms follow. */
import { z } from 'zod'
import type { AnyDefinition } from '../../editor/commands.ts'

export interface FormSchema {
  type?: string | string[]
  title?: string
  description?: string
  /** Which editor: see `widgets.tsx`. */
  widget?: string
  unit?: string
  placeholder?: string
  /** Shown only while another field of the same object has one of these values. */
  showWhen?: { field: string; is: readonly unknown[] }
  /** Proposals, ms. */
  presets?: readonly number[]
  /** Words for each value of a choice, and what it means. */
  labels?: Readonly<Record<string, string>>
  help?: Readonly<Record<string, string>>
  /** The words for an empty list of columns. */
  none?: string
  expects?: 'condition' | 'value' | 'aggregate'
  infer?: boolean
  /** Put under "More settings". */
  advanced?: boolean
  enum?: unknown[]
  const?: unknown
  default?: unknown
  minimum?: number
  maximum?: number
  maxLength?: number
  properties?: Record<string, FormSchema>
  required?: string[]
  items?: FormSchema
  anyOf?: FormSchema[]
  oneOf?: FormSchema[]
  [hint: string]: unknown
}

const schemas = new Map<string, FormSchema>()

export function formSchemaOf(definition: AnyDefinition): FormSchema {
  const key = `${definition.kind}/${definition.version}`
  let schema = schemas.get(key)
  if (!schema) {
    schema = z.toJSONSchema(definition.config, {
      io: 'input',
      unrepresentable: 'any',
      reused: 'inline',
    }) as FormSchema
    schemas.set(key, schema)
  }
  return schema
}

/** Fields of an object that are to be shown, given its values. */
export function shownFields(
  schema: FormSchema,
  values: Readonly<Record<string, unknown>>,
): [string, FormSchema][] {
  const properties = schema.properties ?? {}
  return Object.entries(properties).filter(([, field]) => {
    const { showWhen } = field
    if (!showWhen) return true
    const value = values[showWhen.field] ?? properties[showWhen.field]?.default
    return showWhen.is.includes(value)
  })
}

/** "allowedLatenessMs" → "Allowed lateness". */
export function titleOf(name: string, schema: FormSchema): string {
  if (schema.title) return schema.title
  const words = name
    .replace(/Ms$/, '')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase()
    .trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Fields of a known shape get the controls that their parent means. */
export function inContext(parent: FormSchema, name: string, schema: FormSchema): FormSchema {
  if (name === 'expression' && !schema.widget)
    return {
      title: 'Expression',
      ...schema,
      widget: 'expression',
      expects: parent.expects,
      placeholder: parent.placeholder,
    }
  if (name === 'type' && !schema.enum && !schema.widget) return { ...schema, widget: 'sql-type' }
  if (parent.widget !== 'time') return schema
  if (name === 'column') return { ...schema, title: 'Column', widget: 'own-column' }
  if (name === 'waitMs')
    return { ...schema, title: 'Wait for late', widget: 'duration', presets: parent.presets }
  return name === 'unit' ? { ...schema, title: 'Written as', labels: unitLabels } : schema
}

const unitLabels = {
  ms: 'milliseconds since 1970',
  s: 'seconds since 1970',
  us: 'microseconds since 1970',
  iso8601: 'ISO 8601 text',
}

/** Choices of a union, without null. */
export function variantsOf(schema: FormSchema): FormSchema[] {
  return (schema.anyOf ?? schema.oneOf ?? []).filter((variant) => variant.type !== 'null')
}

export function isNullable(schema: FormSchema): boolean {
  return (
    (schema.anyOf ?? schema.oneOf ?? []).some((variant) => variant.type === 'null') ||
    (Array.isArray(schema.type) && schema.type.includes('null'))
  )
}

/** A union with one choice beside null is that choice. */
export function simplified(schema: FormSchema): FormSchema {
  const variants = variantsOf(schema)
  if (variants.length !== 1) return schema
  const { anyOf: _any, oneOf: _one, ...hints } = schema
  return { ...variants[0], ...hints }
}

export function typeOfSchema(schema: FormSchema): string | undefined {
  return Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type
}

/** A value that a new entry starts with. */
export function emptyValue(schema: FormSchema): unknown {
  if (schema.default !== undefined) return structuredClone(schema.default)
  if (schema.const !== undefined) return schema.const
  if (schema.enum && schema.enum.length > 0) return schema.enum[0]
  const variants = variantsOf(schema)
  if (variants.length > 0) return isNullable(schema) ? null : emptyValue(variants[0])
  switch (typeOfSchema(schema)) {
    case 'string':
      return ''
    case 'integer':
    case 'number':
      return schema.minimum ?? 0
    case 'boolean':
      return false
    case 'array':
      return []
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => schema.required?.includes(name))
          .map(([name, inner]) => [name, emptyValue(inner)]),
      )
    default:
      return null
  }
}

/** A list of column names, not of records. */
export function isColumnNames(schema: FormSchema): boolean {
  return schema.items?.type === 'string'
}
