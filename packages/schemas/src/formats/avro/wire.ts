/** Confluent's wire format: a zero byte, the schema id in four bytes (big endian), then the value. */

export const wireHeaderSize = 5

/** The schema id; negative: there is none, see `wireProblem`. */
export function wireSchemaId(data: Uint8Array, start: number, end: number): number {
  if (end - start < wireHeaderSize || data[start] !== 0) return -1
  const id =
    data[start + 1] * 0x1000000 +
    ((data[start + 2] << 16) | (data[start + 3] << 8) | data[start + 4])
  return id
}

/** Why the bytes do not start with a schema id. */
export function wireProblem(data: Uint8Array, start: number, end: number): string {
  if (end <= start) return 'not Avro: the value is empty (0 bytes), expected 0x00 and a schema id'
  const first = data[start]
  if (first !== 0) {
    const letter = first > 0x20 && first < 0x7f ? ` '${String.fromCharCode(first)}'` : ''
    const hint = first === 0x7b ? '; it may be JSON (format json)' : ''
    return `not Avro: first byte 0x${first.toString(16).padStart(2, '0')}${letter}, expected 0x00 (schema id)${hint}`
  }
  return `not Avro: ${end - start} bytes are too short for the schema id (0x00 and four bytes)`
}

export function putWireHeader(target: Uint8Array, at: number, schemaId: number): number {
  target[at] = 0
  target[at + 1] = schemaId >>> 24
  target[at + 2] = schemaId >>> 16
  target[at + 3] = schemaId >>> 8
  target[at + 4] = schemaId
  return at + wireHeaderSize
}
