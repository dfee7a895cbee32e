/** What a record batch may be compressed with, and the interface behind which the implementations lie. */
import { AppError } from '@millrace/base'

export type CompressionName = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** Index = the three low bits of a batch's attributes (KIP-98, zstd: KIP-110). */
export const compressionNames: readonly CompressionName[] = [
  'none',
  'gzip',
  'snappy',
  'lz4',
  'zstd',
]

/** The most that one record batch may become when it is decompressed, in bytes. */
export const decompressedBytesMax = 128 * 1024 * 1024

export interface Codec {
  compress(bytes: Uint8Array): Uint8Array
  /**
   * Throws `AppError` `corrupt-compression` on malformed bytes and `decompressed-too-large` beyond `sizeMax` bytes,
   * before it holds more than that.
   */
  decompress(bytes: Uint8Array, sizeMax: number): Uint8Array
}

/** One codec for each name but `none`; made by `loadNodeCodecs()` of `compression/node/codecs.ts`. */
export type Codecs = Readonly<Record<Exclude<CompressionName, 'none'>, Codec>>

/** For implementations: the bytes are malformed. */
export function corruptCompression(name: CompressionName, what: string, cause?: unknown): AppError {
  return new AppError(`Corrupt ${name} data: ${what}.`, {
    code: 'corrupt-compression',
    origin: 'external',
    details: { compression: name },
    cause,
  })
}

/** For implementations: the bytes would become more than `sizeMax`. */
export function decompressedTooLarge(name: CompressionName, sizeMax: number): AppError {
  return new AppError(`This ${name} data has more than ${sizeMax} bytes when decompressed.`, {
    code: 'decompressed-too-large',
    origin: 'external',
    details: { compression: name, sizeMax },
  })
}
