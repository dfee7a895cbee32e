/** Finds the records of a batch, decompressed when they have to be. */
import { type Codecs, decompressedBytesMax } from '../compression/codec.ts'
import { type BatchHeader, batchHeaderSize, compressionOf } from './batch-header.ts'

/** Of the batch at `position`; at most `decompressedBytesMax` bytes. Throws the codec's `AppError`. */
export function recordsOf(
  bytes: Uint8Array,
  position: number,
  header: Pick<BatchHeader, 'attributes' | 'size'>,
  codecs: Codecs,
): { bytes: Uint8Array; start: number; end: number } {
  const compression = compressionOf(header.attributes) ?? 'none'
  const start = position + batchHeaderSize
  const end = position + header.size
  if (compression === 'none') return { bytes, start, end }
  const records = codecs[compression].decompress(bytes.subarray(start, end), decompressedBytesMax)
  return { bytes: records, start: 0, end: records.length }
}
