/**
 * State values as text: JSON plus bigint, undefined, non-finite numbers, Map, Set, Date and Uint8Array. A value is encoded
 * when it is set and decoded when it is read, so that changing a value that was read changes no state.
 */
import { AppError } from '@millrace/base'

/** Largest encoded value, characters. */
export const valueLengthMax = 4_000_000

const tag = '$'

type Tagged = { [tag]: string; v?: unknown }

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function pack(value: unknown, depth: number): unknown {
  if (depth > 100) throw refuse('it is nested more than 100 levels deep, or contains itself')
  switch (typeof value) {
    case 'bigint':
      return { [tag]: 'n', v: value.toString() }
    case 'undefined':
      return { [tag]: 'u' }
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { [tag]: 'f', v: Object.is(value, -0) ? '-0' : String(value) }
    case 'function':
    case 'symbol':
      throw refuse(`it holds a ${typeof value}`)
    case 'object':
      return value === null ? null : packObject(value, depth)
    default:
      return value
  }
}

function packObject(value: object, depth: number): unknown {
  const inner = (item: unknown) => pack(item, depth + 1)
  if (Array.isArray(value)) return value.map(inner)
  if (value instanceof Map)
    return { [tag]: 'm', v: [...value].map(([k, v]) => [inner(k), inner(v)]) }
  if (value instanceof Set) return { [tag]: 's', v: [...value].map(inner) }
  if (value instanceof Date) return { [tag]: 'd', v: value.getTime() }
  if (value instanceof Uint8Array) return { [tag]: 'b', v: [...value] }
  if (ArrayBuffer.isView(value)) throw refuse('of typed arrays only Uint8Array can be kept')
  const packed: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) packed[key] = inner(item)
  return tag in packed ? { [tag]: 'o', v: packed } : packed
}

function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack)
  if (!isPlainObject(value)) return value
  if (!(tag in value)) return unpackEntries(value)
  const tagged = value as Tagged
  switch (tagged[tag]) {
    case 'n':
      return BigInt(tagged.v as string)
    case 'f':
      return Number(tagged.v)
    case 'm':
      return new Map((tagged.v as [unknown, unknown][]).map(([k, v]) => [unpack(k), unpack(v)]))
    case 's':
      return new Set((tagged.v as unknown[]).map(unpack))
    case 'd':
      return new Date(tagged.v as number)
    case 'b':
      return new Uint8Array(tagged.v as number[])
    case 'o':
      return unpackEntries(tagged.v as Record<string, unknown>)
    default:
      return undefined
  }
}

function unpackEntries(value: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) out[key] = unpack(item)
  return out
}

function refuse(why: string): AppError {
  return new AppError(`This value cannot be kept as state: ${why}.`, {
    code: 'state-value-refused',
    origin: 'user',
  })
}

/** A refusal from deep inside of a value is thrown again from here, so that its stack still shows whose value it is. */
function packedText(value: unknown): string {
  try {
    return JSON.stringify(pack(value, 0))
  } catch (error) {
    if (error instanceof AppError) throw new AppError(error.message, error)
    throw error
  }
}

/** Throws `AppError` `state-value-refused` with the reason. */
export function encodeValue(value: unknown): string {
  const text = packedText(value)
  if (text.length > valueLengthMax)
    throw refuse(`it takes ${text.length} characters, at most ${valueLengthMax} are allowed`)
  return text
}

/** The inverse of `encodeValue`; a fresh value at each call. */
export function decodeValue(text: string): unknown {
  return unpack(JSON.parse(text))
}
