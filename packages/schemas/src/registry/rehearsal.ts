/** Would consumers with a new schema read these records? The decoder of the pipelines reads them, Avro's rules of resolution judge. */
import { type CellValue, cellAt } from '../batch.ts'
import type { BatchDecoder, SchemaLookup, SourceColumn } from '../formats/api.ts'
import { createAvroDecoder } from '../formats/avro/avro-decoder.ts'
import { parseAvroSchema } from '../formats/avro/parse-schema.ts'
import type { AvroField, AvroRecord, AvroSchema } from '../formats/avro/schema.ts'
import { withoutNull } from '../formats/avro/schema.ts'
import { wireSchemaId } from '../formats/avro/wire.ts'
import { displayValue } from '../formats/display.ts'
import { columnsOfSchema } from '../formats/infer/infer-avro.ts'
import { types } from '../types.ts'
import type { Rehearsal } from './api.ts'
import { incompatibilities } from './compatibility.ts'

/** What one field asks of a record of one writer's schema. */
interface Check {
  /** Columns of the field; none: the check does not depend on the value. */
  columns: readonly number[]
  /** Symbols that the reader takes; null: any value fails. */
  symbols: readonly string[] | null
  reason: string
}

/** Null: `readerText` is no schema. `schemas` knows the writers' schemas. */
export function createRehearsal(readerText: string, schemas: SchemaLookup): Rehearsal | null {
  const parsed = parseAvroSchema(readerText)
  if (!parsed.ok) return null
  const reader = parsed.schema
  if (reader.is !== 'record') return rehearseWhole(reader, schemas)
  const columns = columnsOfSchema(reader).map(plainColumn)
  const decoder = createAvroDecoder({
    format: 'avro',
    columns,
    schemas,
    readerSchema: readerText,
  })
  const checksById = new Map<number, readonly Check[]>()
  const checksOf = (id: number) => {
    const known = checksById.get(id) ?? checks(reader, writerOf(schemas, id), columns)
    checksById.set(id, known)
    return known
  }
  return {
    problemOf: (bytes) => {
      const id = wireSchemaId(bytes, 0, bytes.length)
      const row = decodeOne(decoder, columns, bytes)
      const failed = id < 0 ? [] : checksOf(id)
      const problem = typeof row === 'string' ? row : null
      const cells = typeof row === 'string' ? [] : row
      return failed.find((check) => fails(check, cells))?.reason ?? problem
    },
  }
}

/** Resolution looks at what is encoded, not at what it stands for: a long may become a timestamp. */
function plainColumn(column: SourceColumn): SourceColumn {
  switch (column.type.kind) {
    case 'DATE':
      return { ...column, type: types.int }
    case 'TIMESTAMP':
      return { ...column, type: types.bigint }
    case 'DECIMAL':
      return { ...column, type: types.bytes }
    default:
      return column
  }
}

/** Schemas that are no record have no columns: the bytes are read as the writer's, and the rules say the rest. */
function rehearseWhole(reader: AvroSchema, schemas: SchemaLookup): Rehearsal {
  return {
    problemOf: (bytes) => {
      const shown = displayValue(bytes, schemas)
      if (shown.problem !== null) return shown.problem
      const writer = shown.schemaId === null ? null : writerOf(schemas, shown.schemaId)
      if (writer === null) return 'not Avro: it has no schema id'
      return incompatibilities(reader, writer)[0]?.message ?? null
    },
  }
}

function writerOf(schemas: SchemaLookup, id: number): AvroSchema | null {
  const found = schemas.find(id)
  const parsed = found.is === 'found' ? parseAvroSchema(found.text) : null
  return parsed?.ok ? parsed.schema : null
}

function decodeOne(
  decoder: BatchDecoder,
  columns: readonly SourceColumn[],
  data: Uint8Array,
): CellValue[] | string {
  const starts = Int32Array.of(0)
  const rows = decoder.decode({ data, starts, ends: Int32Array.of(data.length), count: 1 })
  const bad = rows.bad[0]
  if (bad) return bad.message
  return columns.map(({ type }, index) => cellAt(rows.columns[index], type, 0))
}

/** What the decoder leaves open: it takes more than Avro allows, and knows no symbols of the reader. */
function checks(
  reader: AvroRecord,
  writer: AvroSchema | null,
  columns: readonly SourceColumn[],
): readonly Check[] {
  if (writer?.is !== 'record') return []
  const always = (reason: string): Check => ({ columns: [], symbols: null, reason })
  const found = incompatibilities({ ...reader, fields: [] }, { ...writer, fields: [] }).map(
    ({ message }) => always(message),
  )
  for (const field of reader.fields) {
    const written =
      writer.fields.find((one) => one.name === field.name) ??
      writer.fields.find((one) => field.aliases.includes(one.name))
    if (written) found.push(...checksOfField(field, written, columnsOf(field, columns)))
    else if (field.default === undefined)
      found.push(always(`The field ${field.name} was not written and has no default.`))
  }
  return found
}

/** Null needs no check: the decoder refuses it where the reader does not take it. */
function checksOfField(field: AvroField, written: AvroField, columns: readonly number[]): Check[] {
  const core = withoutNull(written.schema)
  const wanted = withoutNull(field.schema)
  const inField = (schema: AvroSchema): AvroRecord => ({
    is: 'record',
    name: 'R',
    aliases: [],
    fields: [{ ...field, schema }],
  })
  const problems = incompatibilities(inField(field.schema), {
    ...inField(core),
    fields: [{ ...written, name: field.name, schema: core }],
  })
  return problems.map(({ message }) => {
    const isEnum = wanted.is === 'enum' && core.is === 'enum'
    const onlySymbols = isEnum && wanted.symbols.some((symbol) => core.symbols.includes(symbol))
    return { columns, symbols: onlySymbols ? wanted.symbols : null, reason: message }
  })
}

function columnsOf(field: AvroField, columns: readonly SourceColumn[]): number[] {
  return columns.flatMap(({ name, path }, index) => {
    const isIts = path === undefined ? name === field.name : path.startsWith(`${field.name}.`)
    return isIts ? [index] : []
  })
}

function fails({ columns, symbols }: Check, cells: readonly CellValue[]): boolean {
  if (columns.length === 0 || cells.length === 0) return true
  const present = columns.map((index) => cells[index]).filter((cell) => cell !== null)
  if (symbols === null) return present.length > 0
  return present.some((cell) => !symbols.includes(String(cell)))
}
