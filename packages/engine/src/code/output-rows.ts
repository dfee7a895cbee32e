/** Rows that user code emits: checked against the declared columns, collected into batches. */
import { AppError } from '@millrace/base'
import type { Batch, CellValue, DataType, Field, RowType } from '@millrace/schemas'
import { BatchBuilder, batchRowsMax, formatField, formatType } from '@millrace/schemas'

/** Collects the rows of one output during one request. */
export class OutputRows {
  private readonly row: RowType
  private readonly name: string
  private builder: BatchBuilder
  private done: Batch[] = []
  private readonly known: ReadonlySet<string>

  constructor(row: RowType, name: string) {
    this.row = row
    this.name = name
    this.known = new Set(row.fields.map((field) => field.name))
    this.builder = this.newBuilder(64)
  }

  /** Throws `AppError` `user-row-refused` naming the column, what was given and what is expected. */
  add(value: unknown, eventTime: number): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw refused(
        `${this.name}: a row is an object with the columns ${[...this.known].join(', ')}; got ${show(value)}.`,
      )
    }
    const cells = value as Record<string, unknown>
    for (const key of Object.keys(cells)) {
      if (!this.known.has(key))
        throw refused(
          `${this.name}: there is no column ${key}; declared are ${[...this.known].join(', ')}.`,
        )
    }
    const converted = this.row.fields.map((field) => this.convert(field, cells[field.name]))
    if (this.builder.isFull) this.flush()
    const index = this.builder.addRow(eventTime)
    for (let i = 0; i < converted.length; i++) this.builder.setCell(i, index, converted[i])
  }

  /** The batches so far; starts anew. */
  take(): Batch[] {
    if (this.builder.length > 0) this.done.push(this.builder.take())
    const batches = this.done
    this.done = []
    return batches
  }

  private flush(): void {
    this.done.push(this.builder.take())
    this.builder = this.newBuilder(batchRowsMax)
  }

  private newBuilder(capacity: number): BatchBuilder {
    return new BatchBuilder(this.row, { capacity, withEventTime: true })
  }

  private convert(field: Field, value: unknown): CellValue {
    if (value === undefined || value === null) {
      if (field.nullable) return null
      throw refused(`${this.name}: ${formatField(field)} has no value.`)
    }
    const cell = convertCell(field.type, value)
    if (cell !== undefined) return cell
    throw refused(
      `${this.name}: ${field.name} is ${formatType(field.type)}, ${expectation(field.type)}; got ${show(value)}.`,
    )
  }
}

function expectation(type: DataType): string {
  switch (type.kind) {
    case 'BIGINT':
      return 'write a bigint such as 5n'
    case 'INT':
      return 'write a whole number of 32 bits'
    case 'DECIMAL':
      return 'write its digits as text such as "12.50"'
    case 'TIMESTAMP':
      return 'write milliseconds since the epoch'
    case 'DATE':
      return 'write days since the epoch'
    case 'DOUBLE':
      return 'write a number'
    case 'BOOLEAN':
      return 'write true or false'
    case 'STRING':
      return 'write a string'
    case 'BYTES':
      return 'write a Uint8Array'
  }
}

/** The cell, or undefined where the value does not fit the type. DECIMAL gives the scaled bigint. */
function convertCell(type: DataType, value: unknown): CellValue | undefined {
  switch (type.kind) {
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : undefined
    case 'INT':
    case 'DATE':
      return typeof value === 'number' && value === (value | 0) ? value : undefined
    case 'BIGINT':
      if (typeof value === 'bigint') return BigInt.asIntN(64, value)
      return Number.isSafeInteger(value) ? BigInt(value as number) : undefined
    case 'DOUBLE':
      return typeof value === 'number' ? value : undefined
    case 'TIMESTAMP':
      if (value instanceof Date) return value.getTime()
      return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : undefined
    case 'DECIMAL':
      return scaleDecimal(value, type.precision, type.scale)
    case 'STRING':
      return typeof value === 'string' ? value : undefined
    case 'BYTES':
      return value instanceof Uint8Array ? value : undefined
  }
}

function scaleDecimal(value: unknown, precision: number, scale: number): bigint | undefined {
  if (typeof value === 'bigint') return checkPrecision(value * 10n ** BigInt(scale), precision)
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const match = /^\s*([+-]?)(\d+)(?:\.(\d+))?\s*$/.exec(String(value))
  if (!match) return undefined
  const fraction = match[3] ?? ''
  if (fraction.length > scale && /[^0]/.test(fraction.slice(scale))) return undefined
  const digits = BigInt(match[2] + fraction.slice(0, scale).padEnd(scale, '0'))
  return checkPrecision(match[1] === '-' ? -digits : digits, precision)
}

function checkPrecision(scaled: bigint, precision: number): bigint | undefined {
  const limit = 10n ** BigInt(precision)
  return scaled < limit && scaled > -limit ? scaled : undefined
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  if (typeof value === 'bigint') return `${value}n`
  if (value === null || typeof value !== 'object') return `${typeof value} ${String(value)}`
  return Array.isArray(value) ? 'an array' : 'an object'
}

function refused(message: string): AppError {
  return new AppError(message, { code: 'user-row-refused', origin: 'user' })
}
