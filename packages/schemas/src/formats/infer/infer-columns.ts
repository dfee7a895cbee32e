/** Columns and event-time candidates from recent records: what a topic source starts with. */
import type { Format, Inference, InferredColumn, SampledRecord, SchemaLookup } from '../api.ts'
import { wireSchemaId } from '../avro/wire.ts'
import type { JsonTree } from '../json/json-tree.ts'
import { parseJsonTree } from '../json/json-tree.ts'
import { escapeKey } from '../json/key-tree.ts'
import { FieldStats } from './field-stats.ts'
import { inferAvro } from './infer-avro.ts'
import { freeName, inferredColumnsMax } from './names.ts'
import { timeCandidates } from './time-candidates.ts'

/** Only the last so many records are looked at. */
export const sampledRecordsMax = 500

/** `records` oldest first. Avro needs `schemas` that knows every id of `schemaIdsOf(records)`. */
export function inferColumns(
  records: readonly SampledRecord[],
  format: Format,
  schemas?: SchemaLookup,
): Inference {
  const sample = records.slice(-sampledRecordsMax)
  return format === 'avro' ? inferAvro(sample, schemas) : inferJson(sample)
}

/** The ids of the schemas that the records were written with, most recent last. */
export function schemaIdsOf(records: readonly SampledRecord[]): number[] {
  const ids = new Set<number>()
  for (const { value } of records) {
    const id = value === null ? -1 : wireSchemaId(value, 0, value.length)
    if (id < 0) continue
    ids.delete(id)
    ids.add(id)
  }
  return [...ids]
}

interface Fields {
  stats: FieldStats
  /** Statistics of the members, while every value is an object. */
  members: Map<string, FieldStats> | null
}

function inferJson(sample: readonly SampledRecord[]): Inference {
  const fields = new Map<string, Fields>()
  let undecodable = 0
  let problem: string | null = null
  for (const { value } of sample) {
    const parsed = value === null ? undefined : parseJsonTree(value)
    if (parsed?.ok && parsed.tree instanceof Map) {
      for (const [key, inner] of parsed.tree) addField(fields, key, inner)
      continue
    }
    undecodable++
    problem ??=
      parsed === undefined
        ? 'a record has no value (a tombstone)'
        : parsed.ok
          ? 'not a JSON object'
          : parsed.message
  }
  const decoded = Math.max(1, sample.length - undecodable)
  const columns: InferredColumn[] = []
  const seen: { name: string; stats: FieldStats }[] = []
  const names = new Set<string>()
  const add = (wanted: string, path: string | undefined, stats: FieldStats) => {
    if (columns.length >= inferredColumnsMax) return
    const name = freeName(wanted, names)
    names.add(name)
    columns.push({
      name,
      type: stats.type,
      nullable: true,
      ...(path === undefined ? {} : { path }),
      filled: stats.filled / decoded,
      example: stats.example,
    })
    seen.push({ name, stats })
  }
  for (const [key, one] of fields) {
    const isFlat = one.members === null || one.members.size === 0
    if (isFlat) add(key, undefined, one.stats)
    else
      for (const [inner, stats] of one.members ?? [])
        add(`${key}_${inner}`, `${escapeKey(key)}.${escapeKey(inner)}`, stats)
  }
  const times = timeCandidates(
    columns.map((column, i) => ({ ...column, numbers: seen[i].stats.numbers })),
  )
  return { columns, times, sampled: sample.length, undecodable, problem }
}

function addField(fields: Map<string, Fields>, key: string, value: JsonTree): void {
  let one = fields.get(key)
  if (one === undefined) {
    one = { stats: new FieldStats(), members: new Map() }
    fields.set(key, one)
  }
  one.stats.add(value)
  if (value === null || one.members === null) return
  if (!(value instanceof Map)) {
    one.members = null
    return
  }
  for (const [inner, innerValue] of value) {
    let stats = one.members.get(inner)
    if (stats === undefined) {
      stats = new FieldStats()
      one.members.set(inner, stats)
    }
    stats.add(innerValue)
  }
}
