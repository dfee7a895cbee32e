/** Reads Avro schema JSON: names, references, logical types, and what the specification forbids. */
import type { JsonTree } from '../json/json-tree.ts'
import { JsonNumber, parseJsonTree } from '../json/json-tree.ts'
import { defaultProblem } from './defaults.ts'
import type {
  AvroField,
  AvroNamed,
  AvroPrimitive,
  AvroRecord,
  AvroSchema,
  Logical,
} from './schema.ts'
import { isNamed, primitiveNames } from './schema.ts'

/** Deepest nesting of a schema, references not counted. */
export const schemaDepthMax = 64

export type ParsedSchema = { ok: true; schema: AvroSchema } | { ok: false; message: string }

class SchemaFault extends Error {}

const parsedByText = new Map<string, ParsedSchema>()
/** Parsed schemas that are kept by their text. */
const parsedSchemasMax = 500

/** The schema of a JSON text, or one sentence that names the place and what is wrong there. */
export function parseAvroSchema(text: string): ParsedSchema {
  let parsed = parsedByText.get(text)
  if (parsed === undefined) {
    parsed = parseText(text)
    if (parsedByText.size >= parsedSchemasMax) parsedByText.clear()
    parsedByText.set(text, parsed)
  }
  return parsed
}

function parseText(text: string): ParsedSchema {
  const json = parseJsonTree(text)
  // Confluent's registry takes a bare primitive name without quotes, too.
  const bare = primitiveNames.some((name) => name === text.trim())
  if (!json.ok && !bare) return { ok: false, message: `The schema is ${json.message}.` }
  try {
    const parser = new SchemaParser()
    const schema = parser.schema(json.ok ? json.tree : text.trim(), '', 'the schema', 0)
    parser.checkDefaults()
    return { ok: true, schema }
  } catch (thrown) {
    if (thrown instanceof SchemaFault) return { ok: false, message: thrown.message }
    throw thrown
  }
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/
const fullNamePattern = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/

class SchemaParser {
  private readonly named = new Map<string, AvroNamed>()
  private readonly records: AvroRecord[] = []

  schema(tree: JsonTree, namespace: string, place: string, depth: number): AvroSchema {
    if (depth > schemaDepthMax)
      throw new SchemaFault(`${place} is nested deeper than ${schemaDepthMax} levels.`)
    if (typeof tree === 'string') return this.reference(tree, namespace, place)
    if (Array.isArray(tree)) return this.union(tree, namespace, place, depth)
    if (!(tree instanceof Map))
      throw new SchemaFault(`${place} must be a type name, an object or an array (a union).`)
    const type = tree.get('type')
    if (type === undefined) throw new SchemaFault(`${place} has no "type".`)
    switch (type) {
      case 'record':
      case 'error':
        return this.record(tree, namespace, place, depth)
      case 'enum':
        return this.enumeration(tree, namespace, place)
      case 'fixed':
        return this.fixed(tree, namespace, place)
      case 'array':
        return { is: 'array', items: this.inner(tree, 'items', namespace, place, depth) }
      case 'map':
        return { is: 'map', values: this.inner(tree, 'values', namespace, place, depth) }
      default: {
        const schema = this.schema(type, namespace, place, depth + 1)
        if (isNamed(schema) || !('logical' in schema)) return schema
        return { ...schema, logical: logicalOf(tree, schema.is, 0) ?? schema.logical }
      }
    }
  }

  /** Defaults are checked at the end, when every named type is complete. */
  checkDefaults(): void {
    for (const record of this.records) {
      for (const one of record.fields) {
        const problem =
          one.default === undefined ? undefined : defaultProblem(one.schema, one.default)
        if (problem !== undefined)
          throw new SchemaFault(`Invalid default for field ${record.name}.${one.name}: ${problem}.`)
      }
    }
  }

  private reference(name: string, namespace: string, place: string): AvroSchema {
    const primitive = primitiveNames.find((candidate) => candidate === name)
    if (primitive) return { is: primitive, logical: null } satisfies AvroPrimitive
    const full = name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
    const found = this.named.get(full) ?? this.named.get(name)
    if (!found)
      throw new SchemaFault(
        `${place}: "${name}" is not a defined name; no type "${full}" was seen before.`,
      )
    return found
  }

  private inner(
    tree: Map<string, JsonTree>,
    key: string,
    namespace: string,
    place: string,
    depth: number,
  ): AvroSchema {
    const inner = tree.get(key)
    if (inner === undefined) throw new SchemaFault(`${place} has no "${key}".`)
    return this.schema(inner, namespace, `${key} of ${place}`, depth + 1)
  }

  private union(branches: JsonTree[], namespace: string, place: string, depth: number): AvroSchema {
    const schemas = branches.map((branch, index) =>
      this.schema(branch, namespace, `branch ${index + 1} of ${place}`, depth + 1),
    )
    const seen = new Set<string>()
    for (const schema of schemas) {
      if (schema.is === 'union')
        throw new SchemaFault(`${place}: a union inside a union is not allowed.`)
      const name = isNamed(schema) ? schema.name : schema.is
      if (seen.has(name)) throw new SchemaFault(`${place}: "${name}" is twice in the union.`)
      seen.add(name)
    }
    return { is: 'union', branches: schemas }
  }

  private record(
    tree: Map<string, JsonTree>,
    outer: string,
    place: string,
    depth: number,
  ): AvroSchema {
    const { name, namespace, aliases } = this.nameOf(tree, outer, place)
    const record: AvroRecord = { is: 'record', name, aliases, fields: [] }
    this.define(record, place)
    this.records.push(record)
    const fields = tree.get('fields')
    if (!Array.isArray(fields)) throw new SchemaFault(`Record ${name} has no "fields" array.`)
    const seen = new Set<string>()
    for (const one of fields) {
      const parsed = this.field(one, record, namespace, depth)
      if (seen.has(parsed.name))
        throw new SchemaFault(`Record ${name} has two fields named "${parsed.name}".`)
      seen.add(parsed.name)
      record.fields.push(parsed)
    }
    return record
  }

  private field(tree: JsonTree, record: AvroRecord, namespace: string, depth: number): AvroField {
    if (!(tree instanceof Map))
      throw new SchemaFault(`A field of record ${record.name} is no object.`)
    const name = tree.get('name')
    if (typeof name !== 'string' || !namePattern.test(name))
      throw new SchemaFault(
        `Record ${record.name} has a field with the illegal name ${shown(name)}.`,
      )
    const type = tree.get('type')
    const place = `field ${record.name}.${name}`
    if (type === undefined) throw new SchemaFault(`${place} has no "type".`)
    return {
      name,
      aliases: stringsOf(tree.get('aliases'), `aliases of ${place}`),
      schema: this.schema(type, namespace, place, depth + 1),
      default: tree.get('default'),
    }
  }

  private enumeration(tree: Map<string, JsonTree>, outer: string, place: string): AvroSchema {
    const { name, aliases } = this.nameOf(tree, outer, place)
    const symbols = stringsOf(tree.get('symbols'), `symbols of enum ${name}`)
    const bad = symbols.find((symbol) => !namePattern.test(symbol))
    if (bad !== undefined) throw new SchemaFault(`Enum ${name} has the illegal symbol "${bad}".`)
    if (new Set(symbols).size < symbols.length)
      throw new SchemaFault(`Enum ${name} has a symbol twice.`)
    const fallback = tree.get('default')
    if (fallback !== undefined && !(typeof fallback === 'string' && symbols.includes(fallback)))
      throw new SchemaFault(`The default of enum ${name} is not one of its symbols.`)
    return this.define({ is: 'enum', name, aliases, symbols, default: fallback ?? null }, place)
  }

  private fixed(tree: Map<string, JsonTree>, outer: string, place: string): AvroSchema {
    const { name, aliases } = this.nameOf(tree, outer, place)
    const size = integerOf(tree.get('size'))
    if (size === undefined || size < 0) throw new SchemaFault(`Fixed ${name} has no valid "size".`)
    return this.define(
      { is: 'fixed', name, aliases, size, logical: logicalOf(tree, 'fixed', size) },
      place,
    )
  }

  private define(schema: AvroNamed, place: string): AvroNamed {
    if (this.named.has(schema.name))
      throw new SchemaFault(`${place}: the name ${schema.name} is defined twice.`)
    this.named.set(schema.name, schema)
    return schema
  }

  private nameOf(tree: Map<string, JsonTree>, outer: string, place: string) {
    const given = tree.get('name')
    if (typeof given !== 'string' || !fullNamePattern.test(given))
      throw new SchemaFault(`${place} has the illegal name ${shown(given)}.`)
    const own = tree.get('namespace')
    const dot = given.lastIndexOf('.')
    const namespace = dot > 0 ? given.slice(0, dot) : typeof own === 'string' ? own : outer
    const name = dot > 0 || namespace === '' ? given : `${namespace}.${given}`
    const aliases = stringsOf(tree.get('aliases'), `aliases of ${name}`).map((alias) =>
      alias.includes('.') || namespace === '' ? alias : `${namespace}.${alias}`,
    )
    return { name, namespace, aliases }
  }
}

function shown(tree: JsonTree | undefined): string {
  return typeof tree === 'string' ? `"${tree}"` : tree === undefined ? '(none)' : 'that is no text'
}

function stringsOf(tree: JsonTree | undefined, place: string): string[] {
  if (tree === undefined) return []
  if (!Array.isArray(tree) || !tree.every((one) => typeof one === 'string'))
    throw new SchemaFault(`The ${place} must be an array of texts.`)
  return tree as string[]
}

function integerOf(tree: JsonTree | undefined): number | undefined {
  if (!(tree instanceof JsonNumber)) return undefined
  const value = Number(tree.text)
  return Number.isSafeInteger(value) ? value : undefined
}

const logicalBases: Record<string, string> = {
  date: 'int',
  'time-millis': 'int',
  'time-micros': 'long',
  'timestamp-millis': 'long',
  'timestamp-micros': 'long',
  'local-timestamp-millis': 'long',
  'local-timestamp-micros': 'long',
  uuid: 'string',
}

/** A logical type that does not fit its base is ignored, as the specification asks. */
function logicalOf(tree: Map<string, JsonTree>, base: string, size: number): Logical | null {
  const name = tree.get('logicalType')
  if (typeof name !== 'string') return null
  if (name === 'decimal') {
    const precision = integerOf(tree.get('precision')) ?? 0
    const scale = integerOf(tree.get('scale')) ?? 0
    const fits = base === 'bytes' || (base === 'fixed' && precision <= digitsOf(size))
    return fits && precision > 0 && scale >= 0 && scale <= precision
      ? { is: 'decimal', precision, scale }
      : null
  }
  return logicalBases[name] === base ? ({ is: name } as Logical) : null
}

/** Decimal digits that always fit in a two's complement number of `size` bytes. */
function digitsOf(size: number): number {
  return Math.floor(Math.log10(2) * (8 * size - 1))
}
