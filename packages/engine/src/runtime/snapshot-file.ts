/**
 * A file of snapshot parts. Version 1: the bytes `MRCP`, version u8; then parts: state (length, UTF-8), key group
 * (zigzag), size (varint), MurmurHash3 of the bytes (4 bytes), the bytes. The manifest knows the whole size.
 */
import { AppError, decodeUtf8, encodeUtf8, type FileHandle, type Fs } from '@millrace/base'
import { hashBytes } from './key-groups.ts'
import type { SnapshotPart } from './operator.ts'
import { ByteReader } from './state/byte-reader.ts'
import { ByteWriter } from './state/byte-writer.ts'

const magic = encodeUtf8('MRCP')
const version = 1

/** Writes one file; `finish` makes it durable. */
export class SnapshotFileWriter {
  private readonly file: FileHandle
  private readonly writer = new ByteWriter()

  /** Throws `fs-exists` if the file is there: no two writers ever share one. */
  constructor(fs: Fs, path: string) {
    this.file = fs.openSync(path, 'create')
    this.writer.raw(magic, 0, magic.length)
    this.writer.u8(version)
    this.file.appendSync(this.writer.take())
  }

  part(part: SnapshotPart): void {
    const { bytes } = part
    this.writer.sized(encodeUtf8(part.state))
    this.writer.zigzag(part.keyGroup)
    this.writer.varint(bytes.length)
    this.writer.i32(hashBytes(bytes, 0, bytes.length))
    this.file.appendSync(this.writer.take())
    if (bytes.length > 0) this.file.appendSync(bytes)
  }

  /** Size of the finished file. */
  finish(): number {
    const size = this.file.size()
    this.file.syncSync()
    this.file.close()
    return size
  }

  abandon(): void {
    this.file.close()
  }
}

/** Reads a file back. Throws `snapshot-damaged` if any byte is not as written. */
export function readSnapshotFile(bytes: Uint8Array, path: string): SnapshotPart[] {
  const reader = new ByteReader(bytes)
  const start = bytes.subarray(0, magic.length)
  if (hashBytes(start, 0, start.length) !== hashBytes(magic, 0, magic.length)) throw damaged(path)
  reader.skip(magic.length)
  if (reader.u8() !== version) throw damaged(path)
  const parts: SnapshotPart[] = []
  while (!reader.atEnd) {
    const state = decodeUtf8(reader.sized())
    const keyGroup = reader.zigzag()
    const size = reader.varint()
    const hash = reader.i32()
    const from = reader.skip(size)
    const content = bytes.subarray(from, from + size)
    if (hashBytes(content, 0, size) !== hash) throw damaged(path)
    parts.push({ state, keyGroup, bytes: content })
  }
  return parts
}

function damaged(path: string): AppError {
  return new AppError(`The checkpoint file ${path} is damaged.`, {
    code: 'snapshot-damaged',
    origin: 'external',
    details: { path },
  })
}
