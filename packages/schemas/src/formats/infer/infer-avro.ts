/** Columns of an Avro topic: from the schema of its newest record, with values of the sample as examples. */

import { cellAt } from '../../batch.ts'
import type { DataType, Field } from '../../types.ts'
import { types } from '../../types.ts'
import type {
  Inference,
  InferredColumn,
  SampledRecord,
  SchemaLookup,
  SourceColumn,
} from '../api.ts'
import { createAvroDecoder } from '../avro/avro-decoder.ts'
import { parseAvroSchema } from '../avro/parse-schema.ts'
import type { AvroRecord, AvroSchema } from '../avro/schema.ts'
import { describeSchema, isNullable, withoutNull } from '../avro/schema.ts'
import { wireProblem, wireSchemaId } from '../avro/wire.ts'
import { escapeKey } from '../json/key-tree.ts'
import { exampleMax } from './field-stats.ts'
import { freeName, inferredColumnsMax } from './names.ts'
import { timeCandidates } from './time-candidates.ts'

export function inferAvro(
  sample: readonly SampledRecord[],
  schemas: SchemaLookup | undefined,
): Inference {
  const newest = newestSchema(sample, schemas)
  if (typeof newest === 'string' || schemas === undefined) {
    const problem = typeof newest === 'string' ? newest : 'no schema registry is at hand'
    return { columns: [], times: [], sampled: sample.length, undecodable: sample.length, problem }
  }
  return filledBy(sample, columnsOfSchema(newest), schemas)
}

function newestSchema(
  sample: readonly SampledRecord[],
  schemas: SchemaLookup | undefined,
): AvroRecord | string {
  let problem = 'there is no record'
  for (let i = sample.length - 1; i >= 0; i--) {
    const { value } = sample[i]
    if (value === null) continue
    const id = wireSchemaId(value, 0, value.length)
    if (id < 0) {
      problem = wireProblem(value, 0, value.length)
      continue
    }
    const found = schemas?.find(id)
    if (found?.is !== 'found') {
      problem = `schema ${id} is not in the registry`
      continue
    }
    const parsed = parseAvroSchema(found.text)
    if (parsed.ok && parsed.schema.is === 'record') return parsed.schema
    problem = parsed.ok
      ? `schema ${id} is ${describeSchema(parsed.schema)}, expected a record`
      : parsed.message
  }
  return problem
}

/** The columns that an Avro record stands for; records inside it are flattened one level deep. */
export function columnsOfSchema(record: AvroRecord): SourceColumn[] {
  const columns: SourceColumn[] = []
  const names = new Set<string>()
  const add = (wanted: string, path: string | undefined, field: Omit<Field, 'name'>) => {
    if (columns.length >= inferredColumnsMax) return
    const name = freeName(wanted, names)
    names.add(name)
    columns.push({ name, ...field, ...(path === undefined ? {} : { path }) })
  }
  for (const { name, schema } of record.fields) {
    const inner = withoutNull(schema)
    const nullable = isNullable(schema)
    if (inner.is !== 'record') {
      add(name, undefined, { type: columnType(schema), nullable })
      continue
    }
    for (const member of inner.fields) {
      add(`${name}_${member.name}`, `${escapeKey(name)}.${escapeKey(member.name)}`, {
        type: columnType(member.schema),
        nullable: nullable || isNullable(member.schema),
      })
    }
  }
  return columns
}

/** Precision up to which a decimal is one column; beyond it is text. */
const decimalPrecisionMax = 18

/** The SQL type of an Avro type; what has no type of its own becomes STRING with its JSON text. */
function columnType(schema: AvroSchema): DataType {
  const inner = withoutNull(schema)
  switch (inner.is) {
    case 'boolean':
      return types.boolean
    case 'int':
      return inner.logical?.is === 'date' ? types.date : types.int
    case 'long':
      return inner.logical?.is.includes('timestamp') ? types.timestamp : types.bigint
    case 'float':
    case 'double':
      return types.double
    case 'bytes':
    case 'fixed':
      if (inner.logical?.is !== 'decimal') return types.bytes
      return inner.logical.precision <= decimalPrecisionMax
        ? types.decimal(inner.logical.precision, inner.logical.scale)
        : types.string
    default:
      return types.string
  }
}

function filledBy(
  sample: readonly SampledRecord[],
  wanted: readonly SourceColumn[],
  schemas: SchemaLookup,
): Inference {
  // An older record may lack a field: then the sample counts it as empty, whatever the newest schema says.
  const columns = wanted.map((column) => ({ ...column, nullable: true }))
  const decoder = createAvroDecoder({ format: 'avro', columns, schemas })
  const filled = columns.map(() => 0)
  const examples = columns.map(() => '')
  const numbers = columns.map((): number[] => [])
  let problem: string | null = null
  let decoded = 0
  for (const { value } of sample) {
    const data = value ?? new Uint8Array(0)
    const size = value === null ? -1 : value.length
    const rows = decoder.decode({
      data,
      starts: Int32Array.of(0),
      ends: Int32Array.of(size),
      count: 1,
    })
    problem ??= rows.bad[0]?.message ?? null
    if (rows.length === 0) continue
    decoded++
    columns.forEach(({ type }, i) => {
      const cell = cellAt(rows.columns[i], type, 0)
      if (cell === null) return
      filled[i]++
      examples[i] = String(cell).slice(0, exampleMax)
      if (typeof cell === 'number' || typeof cell === 'bigint') numbers[i].push(Number(cell))
    })
  }
  const inferred = wanted.map(
    (column, i): InferredColumn => ({
      ...column,
      filled: filled[i] / Math.max(1, decoded),
      example: examples[i],
    }),
  )
  const times = timeCandidates(inferred.map((column, i) => ({ ...column, numbers: numbers[i] })))
  return {
    columns: inferred,
    // An Avro timestamp is a number of milliseconds by the time it is in its column.
    times: times.map((time) => (time.unit === 'iso8601' ? { ...time, unit: 'ms' } : time)),
    sampled: sample.length,
    undecodable: sample.length - decoded,
    problem,
  }
}
