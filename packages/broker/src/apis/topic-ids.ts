/** The log names topics by 32 hexadecimal digits, the protocol by base64url of the same 16 bytes. */
import { toHex } from '@millrace/base'
import { formatUuid, parseUuid } from '../protocol/index.ts'

export function wireTopicId(hex: string): string {
  const bytes = new Uint8Array(16)
  for (let i = 0; i < 16; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)
  return formatUuid(bytes)
}

export function logTopicId(uuid: string): string {
  return toHex(parseUuid(uuid))
}
