/** Rows as Avro records in Confluent's wire format, and the schema that a row type stands for. */
import { AppError, assert } from '@millrace/base'
import type { Batch } from '../../batch.ts'
import type { Column } from '../../columns.ts'
import { isValid } from '../../columns.ts'
import type { DataType, RowType } from '../../types.ts'
import type { BatchEncoder } from '../api.ts'
import type { ByteWriter } from '../byte-writer.ts'
import { encoderOf } from '../row-encoder.ts'
import { putWireHeader, wireHeaderSize } from './wire.ts'

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * The schema as JSON text: a record with one field for each column, a nullable one as a union with null whose default is null.
 * Throws `AppError` `bad-avro-name` when a column (or the record) has a name that Avro does not allow.
 */
export function avroSchemaOf(row: RowType, name: string): string {
  for (const part of [...name.split('.'), ...row.fields.map((field) => field.name)]) {
    if (namePattern.test(part)) continue
    throw new AppError(
      `Avro does not allow the name "${part}": it has to start with a letter or _ and go on with letters, digits or _. Rename the column with a select node.`,
      { code: 'bad-avro-name', origin: 'user', details: { name: part } },
    )
  }
  const fields = row.fields.map((field) => {
    const type = avroTypeOf(field.type)
    return field.nullable
      ? { name: field.name, type: ['null', type], default: null }
      : { name: field.name, type }
  })
  const dot = name.lastIndexOf('.')
  const names = dot < 0 ? { name } : { name: name.slice(dot + 1), namespace: name.slice(0, dot) }
  return JSON.stringify({ type: 'record', ...names, fields })
}

function avroTypeOf(type: DataType): unknown {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'boolean'
    case 'INT':
      return 'int'
    case 'BIGINT':
      return 'long'
    case 'DOUBLE':
      return 'double'
    case 'STRING':
      return 'string'
    case 'BYTES':
      return 'bytes'
    case 'DATE':
      return { type: 'int', logicalType: 'date' }
    case 'TIMESTAMP':
      return { type: 'long', logicalType: 'timestamp-millis' }
    case 'DECIMAL':
      return {
        type: 'bytes',
        logicalType: 'decimal',
        precision: type.precision,
        scale: type.scale,
      }
  }
}

/** Values under the schema `avroSchemaOf(row, …)`, which has been registered as `schemaId`. */
export function createAvroEncoder(row: RowType, schemaId: number): BatchEncoder {
  return encoderOf((writer: ByteWriter, batch: Batch, index: number) => {
    writer.ensure(wireHeaderSize)
    writer.at = putWireHeader(writer.data, writer.at, schemaId)
    for (let i = 0; i < row.fields.length; i++) {
      const column = batch.columns[i]
      const field = row.fields[i]
      const valid = isValid(column.valid, index)
      if (field.nullable) writer.byte(valid ? 2 : 0)
      else assert(valid, `the column ${field.name} is NOT NULL but row ${index} has none`)
      if (valid) putValue(writer, column, field.type, index)
    }
    return true
  })
}

function putValue(writer: ByteWriter, column: Column, type: DataType, row: number): void {
  switch (column.rep) {
    case 'bool':
      writer.byte(column.values[row] !== 0 ? 1 : 0)
      return
    case 'i32':
      writer.varint(column.values[row], column.values[row] >> 31)
      return
    case 'i64':
      if (type.kind === 'DECIMAL') putDecimal(writer, column.values[row])
      else writer.varint(column.words[2 * row], column.words[2 * row + 1])
      return
    case 'f64':
      if (type.kind === 'TIMESTAMP') writer.varintOf(Math.floor(column.values[row]))
      else {
        writer.ensure(8)
        writer.view.setFloat64(writer.at, column.values[row], true)
        writer.at += 8
      }
      return
    case 'bytes':
      writer.varintOf(column.ends[row] - column.starts[row])
      writer.bytes(column.data, column.starts[row], column.ends[row])
  }
}

/** Length, then the shortest big-endian two's complement form. */
function putDecimal(writer: ByteWriter, value: bigint): void {
  let size = 1
  while (BigInt.asIntN(8 * size, value) !== value) size++
  writer.varintOf(size)
  for (let i = size - 1; i >= 0; i--) writer.byte(Number((value >> BigInt(8 * i)) & 255n))
}
