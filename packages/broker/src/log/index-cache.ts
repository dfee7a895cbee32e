/** Indexes of sealed segments, loaded when they are first needed and rebuilt when their file is absent or damaged. */
import type { Fs } from '@millrace/base'
import { batchHeaderSize, readBatchHeader, viewOf } from '../records/batch-header.ts'
import type { Crc32c } from '../records/crc32c.ts'
import { readChecked, writeChecked } from './checked-file.ts'
import type { FileCache } from './file-cache.ts'
import { scanBatches } from './scan.ts'
import { indexPath, type Segment } from './segment.ts'
import { indexMagic, SparseIndex } from './sparse-index.ts'

/** Sealed segments whose index stays in memory. */
export const loadedIndexesMax = 64

export class IndexCache {
  private readonly environment: { fs: Fs; crc32c: Crc32c }
  private readonly files: FileCache
  private readonly loaded = new Map<string, SparseIndex>()

  constructor(environment: { fs: Fs; crc32c: Crc32c }, files: FileCache) {
    this.environment = environment
    this.files = files
  }

  /** The whole index of a sealed segment. */
  of(segment: Segment): SparseIndex {
    const cached = this.loaded.get(segment.path)
    if (cached) {
      this.loaded.delete(segment.path)
      this.loaded.set(segment.path, cached)
      return cached
    }
    const stored = this.load(segment, segment.size)
    const index = stored ?? new SparseIndex()
    const covered = index.coveredBytes
    this.extend(index, segment, segment.size)
    if (index.coveredBytes > covered) this.store(segment, index)
    this.keep(segment, index)
    return index
  }

  /** As written by an earlier run, if it covers no more than `bytes` and agrees with the log; undefined otherwise. */
  load(segment: Segment, bytes: number): SparseIndex | undefined {
    const payload = readChecked(this.environment, indexPath(segment), indexMagic)
    const index = payload && SparseIndex.decode(payload)
    if (!index || index.coveredBytes > bytes) return undefined
    const last = index.lastEntry()
    if (!last) return index
    const head = this.files.reader(segment.path).readSync(last.position, batchHeaderSize)
    if (head.length < batchHeaderSize) return undefined
    return readBatchHeader(viewOf(head)).baseOffset === last.offset ? index : undefined
  }

  /** Adds the batches up to `bytes`, known to be good. */
  extend(index: SparseIndex, segment: Segment, bytes: number): void {
    if (index.coveredBytes >= bytes) return
    scanBatches({
      file: this.files.reader(segment.path),
      from: index.coveredBytes,
      to: bytes,
      visit(header, position) {
        index.add({
          baseOffset: header.baseOffset,
          maxTimestamp: header.maxTimestamp,
          position,
          size: header.size,
        })
        return true
      },
    })
  }

  store(segment: Segment, index: SparseIndex): void {
    writeChecked(this.environment, indexPath(segment), {
      magic: indexMagic,
      payload: index.encode(),
    })
  }

  keep(segment: Segment, index: SparseIndex): void {
    this.loaded.set(segment.path, index)
    if (this.loaded.size <= loadedIndexesMax) return
    for (const oldest of this.loaded.keys()) {
      this.loaded.delete(oldest)
      return
    }
  }

  forget(segment: Segment): void {
    this.loaded.delete(segment.path)
  }
}
