/** Base64 with the standard alphabet and padding (RFC 4648, section 4), both ways. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const codes = new Uint8Array(64)
const values = new Uint8Array(256).fill(255)
for (let i = 0; i < 64; i++) {
  codes[i] = alphabet.charCodeAt(i)
  values[codes[i]] = i
}
const padding = 0x3d

/** The bytes that the text stands for; undefined: it is no base64. */
export function bytesFromBase64(text: Uint8Array): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined
  let end = text.length
  while (end > 0 && end > text.length - 2 && text[end - 1] === padding) end--
  const bytes = new Uint8Array((end * 3) >> 2)
  let bits = 0
  let held = 0
  let at = 0
  for (let p = 0; p < end; p++) {
    const value = values[text[p]]
    if (value === 255) return undefined
    bits = ((bits << 6) | value) & 0xffffff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[at++] = (bits >> held) & 255
    }
  }
  return bytes
}

/** Bytes that `putBase64` writes for `size` bytes. */
export function base64Size(size: number): number {
  return 4 * Math.ceil(size / 3)
}

/** Writes the base64 text of a slice to `target` from `at` on; returns the position behind. */
export function putBase64(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  for (let p = start; p < end; p += 3) {
    const left = end - p
    const bits =
      (source[p] << 16) | ((left > 1 ? source[p + 1] : 0) << 8) | (left > 2 ? source[p + 2] : 0)
    target[at++] = codes[bits >> 18]
    target[at++] = codes[(bits >> 12) & 63]
    target[at++] = left > 1 ? codes[(bits >> 6) & 63] : padding
    target[at++] = left > 2 ? codes[bits & 63] : padding
  }
  return at
}
