/** Topic ids on the wire: 16 bytes, shown as 22 characters of base64url as Kafka's `Uuid` does. */
import { ProtocolError } from './protocol-error.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** "No id": what a broker without topic ids sends. */
export const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA'

export function formatUuid(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < 16; i += 3) {
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += alphabet[(word >> 18) & 63] + alphabet[(word >> 12) & 63]
    if (i < 15) text += alphabet[(word >> 6) & 63] + alphabet[word & 63]
  }
  return text
}

/** Throws `ProtocolError` unless `text` is what `formatUuid` prints. */
export function parseUuid(text: string): Uint8Array {
  const bytes = new Uint8Array(16)
  let word = 0
  let bits = 0
  let at = 0
  for (const character of text) {
    const value = alphabet.indexOf(character)
    if (value < 0) throw new ProtocolError(`Not a topic id: ${text}`)
    word = ((word << 6) | value) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      if (at < 16) bytes[at] = (word >> bits) & 255
      at++
    }
  }
  if (text.length !== 22 || at !== 16) throw new ProtocolError(`Not a topic id: ${text}`)
  return bytes
}
