/** UTF-8 text: one encoder and one strict decoder for everybody. */
import { AppError } from './errors.ts'

const encoder = new TextEncoder()
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Throws `AppError` `invalid-utf8` on malformed bytes. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch (cause) {
    throw new AppError('These bytes are not valid UTF-8.', {
      code: 'invalid-utf8',
      origin: 'external',
      cause,
    })
  }
}

/** Malformed sequences become U+FFFD: for display only. */
export function displayUtf8(bytes: Uint8Array): string {
  return lenient.decode(bytes)
}
