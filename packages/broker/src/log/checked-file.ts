/** Small side files (index, producer snapshot) that are trusted only if their own checksum holds: they are never synced. */
import { type Fs, readFileSync } from '@millrace/base'
import { viewOf } from '../records/batch-header.ts'
import type { Crc32c } from '../records/crc32c.ts'

/** magic uint32, crc32c uint32 of the payload, payload. */
const headerSize = 8

/** A crash may leave any mixture; `readChecked` then finds nothing. */
export function writeChecked(
  environment: { fs: Fs; crc32c: Crc32c },
  path: string,
  file: { magic: number; payload: Uint8Array },
): void {
  const bytes = new Uint8Array(headerSize + file.payload.length)
  const view = viewOf(bytes)
  view.setUint32(0, file.magic)
  view.setUint32(4, environment.crc32c(file.payload))
  bytes.set(file.payload, headerSize)
  environment.fs.removeSync(path)
  const handle = environment.fs.openSync(path, 'create')
  try {
    handle.appendSync(bytes)
  } finally {
    handle.close()
  }
}

/** The payload, or undefined when the file is absent, cut, damaged or of another kind. */
export function readChecked(
  environment: { fs: Fs; crc32c: Crc32c },
  path: string,
  magic: number,
): Uint8Array | undefined {
  const bytes = readFileSync(environment.fs, path)
  if (!bytes || bytes.length < headerSize) return undefined
  const view = viewOf(bytes)
  const payload = bytes.subarray(headerSize)
  if (view.getUint32(0) !== magic || view.getUint32(4) !== environment.crc32c(payload)) {
    return undefined
  }
  return payload
}
