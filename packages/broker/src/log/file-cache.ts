/** Open file handles, at most so many at a time: the one used longest ago is closed first. */
import type { FileHandle, Fs } from '@millrace/base'

interface Entry {
  handle: FileHandle
  writable: boolean
  /** Asynchronous calls under way; such a handle is not closed. */
  pins: number
}

/** Use a handle at once and do not keep it: the next `get` may close it. */
export class FileCache {
  private readonly fs: Fs
  private readonly handlesMax: number
  private readonly entries = new Map<string, Entry>()

  constructor(fs: Fs, handlesMax: number) {
    this.fs = fs
    this.handlesMax = handlesMax
  }

  get openCount(): number {
    return this.entries.size
  }

  /** An existing file, for reading. */
  reader(path: string): FileHandle {
    return this.get(path, false).handle
  }

  /** For appending; created if absent. */
  writer(path: string): FileHandle {
    return this.get(path, true).handle
  }

  /** fdatasync without blocking the thread. */
  async sync(path: string): Promise<void> {
    const entry = this.get(path, true)
    entry.pins++
    try {
      await entry.handle.sync()
    } finally {
      entry.pins--
    }
  }

  /** Before a file is removed or its directory renamed. */
  forget(path: string): void {
    const entry = this.entries.get(path)
    if (!entry) return
    this.entries.delete(path)
    entry.handle.close()
  }

  closeAll(): void {
    for (const path of [...this.entries.keys()]) this.forget(path)
  }

  private get(path: string, writable: boolean): Entry {
    const cached = this.entries.get(path)
    if (cached && (cached.writable || !writable)) {
      this.entries.delete(path)
      this.entries.set(path, cached)
      return cached
    }
    if (cached) this.forget(path)
    this.makeRoom()
    const entry = {
      handle: this.fs.openSync(path, writable ? 'append' : 'read'),
      writable,
      pins: 0,
    }
    this.entries.set(path, entry)
    return entry
  }

  private makeRoom(): void {
    if (this.entries.size < this.handlesMax) return
    for (const [path, entry] of this.entries) {
      if (entry.pins > 0) continue
      this.entries.delete(path)
      entry.handle.close()
      return
    }
  }
}
