/** What changed between two versions of a schema, in words: read first, the texts side by side second. */
import { parseAvroSchema } from '../formats/avro/parse-schema.ts'
import type { AvroField, AvroRecord, AvroSchema } from '../formats/avro/schema.ts'
import { describeSchema, isNullable, shortName, withoutNull } from '../formats/avro/schema.ts'
import { printJsonTree } from '../formats/json/json-tree.ts'
import type { SchemaDifference } from './api.ts'

/** Differences of two schema texts, in the order of the new one; empty: they mean the same. A text that is no schema is named. */
export function describeDifference(oldText: string, newText: string): SchemaDifference[] {
  const before = parseAvroSchema(oldText)
  const after = parseAvroSchema(newText)
  if (!before.ok) return [{ path: '', words: `the old schema is not valid: ${before.message}` }]
  if (!after.ok) return [{ path: '', words: `the new schema is not valid: ${after.message}` }]
  const found: SchemaDifference[] = []
  compare(before.schema, after.schema, '', { found, seen: new Set() })
  return found
}

interface Walk {
  found: SchemaDifference[]
  /** New schemas that were compared: recursive types end there. */
  seen: Set<AvroSchema>
}

function compare(before: AvroSchema, after: AvroSchema, path: string, walk: Walk): void {
  if (walk.seen.has(after)) return
  walk.seen.add(after)
  if (isNullable(before) !== isNullable(after))
    say(
      walk,
      path,
      isNullable(after) ? `makes ${named(path)} optional` : `makes ${named(path)} required`,
    )
  const old = withoutNull(before)
  const now = withoutNull(after)
  if (old.is === 'record' && now.is === 'record') compareRecords(old, now, path, walk)
  else if (old.is === 'enum' && now.is === 'enum')
    compareSymbols(old.symbols, now.symbols, path, walk)
  else if (old.is === 'array' && now.is === 'array')
    compare(old.items, now.items, join(path, 'items'), walk)
  else if (old.is === 'map' && now.is === 'map')
    compare(old.values, now.values, join(path, 'values'), walk)
  else if (typeWords(old) !== typeWords(now))
    say(walk, path, `changes ${named(path)} from ${typeWords(old)} to ${typeWords(now)}`)
}

function typeWords(schema: AvroSchema): string {
  return schema.is === 'fixed'
    ? `${describeSchema(schema)} of ${schema.size} bytes`
    : describeSchema(schema)
}

function compareRecords(before: AvroRecord, after: AvroRecord, path: string, walk: Walk): void {
  if (shortName(before.name) !== shortName(after.name))
    say(walk, path, `renames the record ${shortName(before.name)} to ${shortName(after.name)}`)
  const matched = new Set<AvroField>()
  for (const field of after.fields) {
    const at = join(path, field.name)
    const same = before.fields.find((one) => one.name === field.name)
    const old = same ?? before.fields.find((one) => field.aliases.includes(one.name))
    if (!old) {
      say(walk, at, `adds ${at}, ${presence(field)}`)
      continue
    }
    matched.add(old)
    if (!same)
      say(
        walk,
        at,
        `renames ${join(path, old.name)} to ${field.name} (the old name stays as an alias)`,
      )
    compareDefaults(old, field, at, walk)
    compare(old.schema, field.schema, at, walk)
  }
  for (const field of before.fields) {
    if (!matched.has(field)) say(walk, join(path, field.name), `removes ${join(path, field.name)}`)
  }
}

function presence(field: AvroField): string {
  if (isNullable(field.schema)) return 'optional'
  if (field.default === undefined) return `${describeSchema(field.schema)}, required`
  return `${describeSchema(field.schema)} with the default ${printJsonTree(field.default)}`
}

function compareDefaults(before: AvroField, after: AvroField, path: string, walk: Walk): void {
  const old = before.default === undefined ? undefined : printJsonTree(before.default)
  const now = after.default === undefined ? undefined : printJsonTree(after.default)
  if (old === now) return
  if (old === undefined) say(walk, path, `gives ${path} the default ${now}`)
  else if (now === undefined) say(walk, path, `takes the default ${old} from ${path}`)
  else say(walk, path, `changes the default of ${path} from ${old} to ${now}`)
}

function compareSymbols(
  before: readonly string[],
  after: readonly string[],
  path: string,
  walk: Walk,
): void {
  const added = after.filter((symbol) => !before.includes(symbol))
  const removed = before.filter((symbol) => !after.includes(symbol))
  const where = path === '' ? '' : ` of ${path}`
  if (added.length > 0) say(walk, path, `adds the ${symbols(added)}${where}`)
  if (removed.length > 0) say(walk, path, `removes the ${symbols(removed)}${where}`)
}

function symbols(list: readonly string[]): string {
  return `${list.length === 1 ? 'symbol' : 'symbols'} ${list.join(', ')}`
}

function named(path: string): string {
  return path === '' ? 'the value' : path
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function say(walk: Walk, path: string, words: string): void {
  walk.found.push({ path, words })
}
