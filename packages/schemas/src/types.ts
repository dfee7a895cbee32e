/** SQL types as Flink names them, row types, and what an edge carries. */

export type DataType =
  | { kind: 'BOOLEAN' }
  | { kind: 'INT' }
  | { kind: 'BIGINT' }
  | { kind: 'DOUBLE' }
  /** precision ≤ 18: one scaled int64 column. */
  | { kind: 'DECIMAL'; precision: number; scale: number }
  /** UTF-8 bytes; order and equality by bytes, length by code points. */
  | { kind: 'STRING' }
  | { kind: 'BYTES' }
  /** Days since the epoch. */
  | { kind: 'DATE' }
  /** Milliseconds since the epoch; precision 0 to 3. */
  | { kind: 'TIMESTAMP'; precision: number }

export type TypeKind = DataType['kind']

export interface Field {
  name: string
  type: DataType
  nullable: boolean
}

export interface RowType {
  fields: readonly Field[]
}

/** append: rows are facts · upsert: a row replaces the one with its unique key · retract: −U/+U/−D rows occur. */
export type Changelog = 'append' | 'upsert' | 'retract'

/** What an edge carries, inferred while the user draws, by the same code in browser and server. */
export interface EdgeType {
  row: RowType
  /** The event-time column, whose watermark travels with the rows. */
  time?: { column: string }
  changelog: Changelog
  /** What upserts and retractions refer to. */
  uniqueKey?: readonly string[]
  /** How rows are spread over subtasks. */
  partitionedBy?: readonly string[]
}

export const types = {
  boolean: { kind: 'BOOLEAN' } as DataType,
  int: { kind: 'INT' } as DataType,
  bigint: { kind: 'BIGINT' } as DataType,
  double: { kind: 'DOUBLE' } as DataType,
  string: { kind: 'STRING' } as DataType,
  bytes: { kind: 'BYTES' } as DataType,
  date: { kind: 'DATE' } as DataType,
  timestamp: { kind: 'TIMESTAMP', precision: 3 } as DataType,
  decimal: (precision: number, scale: number): DataType => ({ kind: 'DECIMAL', precision, scale }),
}

export function field(name: string, type: DataType, nullable = true): Field {
  return { name, type, nullable }
}

export function fieldIndex(row: RowType, name: string): number {
  return row.fields.findIndex((candidate) => candidate.name === name)
}

/** `DECIMAL(10, 2)`, `TIMESTAMP(3)`, `STRING` … */
export function formatType(type: DataType): string {
  if (type.kind === 'DECIMAL') return `DECIMAL(${type.precision}, ${type.scale})`
  if (type.kind === 'TIMESTAMP') return `TIMESTAMP(${type.precision})`
  return type.kind
}

export function formatField(column: Field): string {
  return `${column.name} ${formatType(column.type)}${column.nullable ? '' : ' NOT NULL'}`
}

const simpleNames: Record<string, DataType> = {
  BOOLEAN: types.boolean,
  INT: types.int,
  INTEGER: types.int,
  BIGINT: types.bigint,
  DOUBLE: types.double,
  STRING: types.string,
  BYTES: types.bytes,
  DATE: types.date,
  TIMESTAMP: types.timestamp,
  DECIMAL: types.decimal(10, 0),
}

/** Reads what `formatType` prints (any case, spaces free); undefined if it is no type. */
export function parseType(text: string): DataType | undefined {
  const match = /^\s*([a-z]+)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*$/i.exec(text)
  if (!match) return undefined
  const name = match[1].toUpperCase()
  if (match[2] === undefined) return simpleNames[name]
  const first = Number(match[2])
  if (name === 'DECIMAL') {
    const scale = match[3] === undefined ? 0 : Number(match[3])
    return first >= 1 && first <= 18 && scale <= first ? types.decimal(first, scale) : undefined
  }
  if (name === 'TIMESTAMP' && match[3] === undefined && first <= 3)
    return { kind: 'TIMESTAMP', precision: first }
  return undefined
}

export function equalTypes(a: DataType, b: DataType): boolean {
  return formatType(a) === formatType(b)
}

/** The representation of a column is fixed by its type at compile time. */
export type Representation = 'bool' | 'i32' | 'i64' | 'f64' | 'bytes'

/** BOOLEAN bool · INT, DATE i32 · BIGINT, DECIMAL (scaled) i64 · DOUBLE, TIMESTAMP (ms) f64 · STRING, BYTES bytes. */
export function representationOf(type: DataType): Representation {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'bool'
    case 'INT':
    case 'DATE':
      return 'i32'
    case 'BIGINT':
    case 'DECIMAL':
      return 'i64'
    case 'DOUBLE':
    case 'TIMESTAMP':
      return 'f64'
    case 'STRING':
    case 'BYTES':
      return 'bytes'
  }
}
