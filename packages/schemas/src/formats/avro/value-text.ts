/** An Avro value as JSON text for people: logical types readable, 64-bit integers with all digits. */
import { displayUtf8, toHex } from '@millrace/base'
import { formatDecimal } from '../../batch.ts'
import { formatDate, formatInstant } from '../text/instants.ts'
import { signedBytes } from './cells.ts'
import type { AvroCursor } from './cursor.ts'
import { avroDepthMax, emptyItemsMax } from './cursor.ts'
import type { AvroSchema, Logical } from './schema.ts'

/** Reads one value at the cursor; undefined: it does not decode, `cursor.fault` says why. */
export function avroText(cursor: AvroCursor, schema: AvroSchema, depth = 0): string | undefined {
  if (depth > avroDepthMax) {
    cursor.fault = `values are nested deeper than ${avroDepthMax} levels`
    return undefined
  }
  switch (schema.is) {
    case 'null':
      return 'null'
    case 'boolean':
      return cursor.skip(1) ? String(cursor.data[cursor.p - 1] !== 0) : undefined
    case 'int':
    case 'long':
      return cursor.readVarint() ? integerText(cursor.bigint(), schema.logical) : undefined
    case 'float':
    case 'double':
      return floatText(cursor, schema.is)
    case 'bytes':
      return cursor.readBytes() ? bytesText(cursor, schema.logical) : undefined
    case 'fixed': {
      if (!cursor.skip(schema.size)) return undefined
      cursor.sliceStart = cursor.p - schema.size
      cursor.sliceEnd = cursor.p
      return bytesText(cursor, schema.logical)
    }
    case 'string':
      if (!cursor.readBytes()) return undefined
      return quoted(displayUtf8(cursor.data.subarray(cursor.sliceStart, cursor.sliceEnd)))
    case 'enum': {
      const index = cursor.readIndex(schema.symbols.length, 'symbol')
      return index < 0 ? undefined : quoted(schema.symbols[index])
    }
    case 'union': {
      const index = cursor.readIndex(schema.branches.length, 'union branch')
      return index < 0 ? undefined : avroText(cursor, schema.branches[index], depth + 1)
    }
    case 'array':
      return itemsText(cursor, schema.items, false, depth)
    case 'map':
      return itemsText(cursor, schema.values, true, depth)
    case 'record': {
      const members: string[] = []
      for (const field of schema.fields) {
        const text = avroText(cursor, field.schema, depth + 1)
        if (text === undefined) return undefined
        members.push(`${quoted(field.name)}:${text}`)
      }
      return `{${members.join(',')}}`
    }
  }
}

function itemsText(
  cursor: AvroCursor,
  schema: AvroSchema,
  isMap: boolean,
  depth: number,
): string | undefined {
  const items: string[] = []
  for (;;) {
    const count = cursor.readBlock()
    if (count < 0) return undefined
    if (count === 0) return isMap ? `{${items.join(',')}}` : `[${items.join(',')}]`
    for (let i = 0; i < count; i++) {
      const before = cursor.p
      let key = ''
      if (isMap) {
        if (!cursor.readBytes()) return undefined
        key = `${quoted(displayUtf8(cursor.data.subarray(cursor.sliceStart, cursor.sliceEnd)))}:`
      }
      const text = avroText(cursor, schema, depth + 1)
      if (text === undefined) return undefined
      items.push(key + text)
      if (cursor.p === before && items.length > emptyItemsMax) {
        cursor.fault = `an array has more than ${emptyItemsMax} items of no size`
        return undefined
      }
    }
  }
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

function floatText(cursor: AvroCursor, is: 'float' | 'double'): string | undefined {
  const value = is === 'float' ? cursor.readFloat() : cursor.readDouble()
  if (cursor.fault !== '') return undefined
  return Number.isFinite(value) ? String(value) : quoted(String(value))
}

function bytesText(cursor: AvroCursor, logical: Logical | null): string {
  const { data, sliceStart, sliceEnd } = cursor
  if (logical?.is === 'decimal')
    return formatDecimal(signedBytes(data, sliceStart, sliceEnd), logical.scale)
  return quoted(toHex(data.subarray(sliceStart, sliceEnd)))
}

/** Instants beyond year 9999 or before year 0 stay numbers. */
const readableMsMax = 253402300799999
const readableMsMin = -62167219200000

function integerText(value: bigint, logical: Logical | null): string {
  const number = Number(value)
  switch (logical?.is) {
    case 'date':
      return quoted(formatDate(number))
    case 'timestamp-millis':
    case 'local-timestamp-millis':
      return instantText(value, number, logical.is === 'local-timestamp-millis')
    case 'timestamp-micros':
    case 'local-timestamp-micros':
      return instantText(value, Math.floor(number / 1000), logical.is === 'local-timestamp-micros')
    default:
      return value.toString()
  }
}

function instantText(value: bigint, ms: number, isLocal: boolean): string {
  if (ms > readableMsMax || ms < readableMsMin) return value.toString()
  return quoted(formatInstant(ms, isLocal ? 'sql' : 'iso8601'))
}
