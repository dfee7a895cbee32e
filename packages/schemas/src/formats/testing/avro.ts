/** Avro records for tests, written by avsc (a development dependency; nothing that ships imports it). */
import { concatBytes } from '@millrace/base'
import avro from 'avsc'
import type { SchemaLookup } from '../api.ts'

/** A lookup over fixed schemas by id. */
export function lookupOf(schemas: Record<number, unknown>): SchemaLookup {
  return {
    find: (id) =>
      id in schemas ? { is: 'found', text: JSON.stringify(schemas[id]) } : { is: 'unknown' },
  }
}

export function wire(id: number, payload: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(0, id >>> 24, id >>> 16, id >>> 8, id), payload])
}

/** 64-bit integers as bigint, so that nothing is lost in the comparison. */
export const longType = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8)
    buffer.writeBigInt64LE(value)
    return buffer
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
})

export function avscType(schema: unknown): avro.Type {
  return avro.Type.forSchema(schema as avro.Schema, {
    typeHook: (schema: unknown) => {
      const name = typeof schema === 'string' ? schema : (schema as { type?: unknown }).type
      return name === 'long' ? longType : undefined
    },
    wrapUnions: true,
  })
}
