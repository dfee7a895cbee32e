/** A file system that crashes: what was not synced may be lost, and the last unsynced append may be torn. */
import type { Random } from './environment.ts'
import { type FileHandle, type Fs, type OpenMode, parentPath } from './fs.ts'
import { fsError, MemoryFs } from './memory-fs.ts'
import { randomInteger } from './random.ts'

/** `kill`: the process dies, the kernel keeps its bytes (the `os` profile survives) · `power`: unsynced bytes may vanish. */
export type CrashKind = 'kill' | 'power'

interface Tracked {
  syncedSize: number
}

/**
 * Wraps a MemoryFs. After `crash` every handle opened before refuses to work (its pending syncs never settle), and the
 * disk holds what a real one might: after `power`, for each file any length between the synced and the written size,
 * and directory entries that were not synced may be gone. After TigerBeetle's `testing/storage.zig`.
 */
export class CrashingFs implements Fs {
  private disk = new MemoryFs()
  private tracked = new Map<string, Tracked>()
  private unsyncedEntries = new Set<string>()
  private generation = 0
  private readonly random: Random
  /** Set to make the next sync fail once, as a dying device does. */
  failNextSync = false

  constructor(random: Random) {
    this.random = random
  }

  /** Ends the present process; the next one opens what is left. */
  crash(kind: CrashKind): void {
    this.generation++
    if (kind === 'power') this.loseUnsynced()
  }

  private loseUnsynced(): void {
    for (const path of this.unsyncedEntries) {
      if (this.random.next() < 0.5) this.disk.removeSync(path)
    }
    this.unsyncedEntries.clear()
    for (const [path, tracked] of this.tracked) {
      const size = this.disk.sizeSync(path)
      if (size === undefined || size <= tracked.syncedSize) continue
      const kept = randomInteger(this.random, tracked.syncedSize, size)
      const file = this.disk.openSync(path, 'append')
      file.truncateSync(kept)
      file.close()
      tracked.syncedSize = kept
    }
  }

  openSync(path: string, mode: OpenMode): FileHandle {
    const existed = this.disk.sizeSync(path) !== undefined
    const file = this.disk.openSync(path, mode)
    if (!existed) this.unsyncedEntries.add(path)
    if (!this.tracked.has(path)) this.tracked.set(path, { syncedSize: existed ? file.size() : 0 })
    return new CrashingFile(this, file, this.generation)
  }

  existsSync(path: string): boolean {
    return this.disk.existsSync(path)
  }
  sizeSync(path: string): number | undefined {
    return this.disk.sizeSync(path)
  }
  listSync(path: string): string[] {
    return this.disk.listSync(path)
  }
  makeDirectorySync(path: string): void {
    this.disk.makeDirectorySync(path)
  }

  renameSync(from: string, to: string): void {
    this.disk.renameSync(from, to)
    for (const [path, tracked] of [...this.tracked]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue
      this.tracked.delete(path)
      this.tracked.set(to + path.slice(from.length), tracked)
    }
    if (this.unsyncedEntries.delete(from)) this.unsyncedEntries.add(to)
  }

  removeSync(path: string): void {
    this.disk.removeSync(path)
    this.tracked.delete(path)
    this.unsyncedEntries.delete(path)
  }

  removeTreeSync(path: string): void {
    this.disk.removeTreeSync(path)
  }

  syncDirectorySync(path: string): void {
    for (const entry of [...this.unsyncedEntries]) {
      if (parentPath(entry) === path) this.unsyncedEntries.delete(entry)
    }
  }

  /** Called by handles: is the process that opened it still alive? */
  alive(generation: number): boolean {
    return generation === this.generation
  }

  markSynced(path: string, size: number): void {
    if (this.failNextSync) {
      this.failNextSync = false
      throw fsError('fs-sync-failed', `Sync failed: ${path}`, path)
    }
    const tracked = this.tracked.get(path)
    if (tracked) tracked.syncedSize = Math.max(tracked.syncedSize, size)
  }

  markTruncated(path: string, size: number): void {
    const tracked = this.tracked.get(path)
    if (tracked) tracked.syncedSize = Math.min(tracked.syncedSize, size)
  }
}

class CrashingFile implements FileHandle {
  private readonly fs: CrashingFs
  private readonly file: FileHandle
  private readonly generation: number

  constructor(fs: CrashingFs, file: FileHandle, generation: number) {
    this.fs = fs
    this.file = file
    this.generation = generation
  }

  get path(): string {
    return this.file.path
  }
  size(): number {
    return this.live().size()
  }
  appendSync(bytes: Uint8Array): void {
    this.live().appendSync(bytes)
  }
  readSync(position: number, size: number): Uint8Array {
    return this.live().readSync(position, size)
  }
  readIntoSync(position: number, target: Uint8Array): number {
    return this.live().readIntoSync(position, target)
  }
  async read(position: number, size: number): Promise<Uint8Array> {
    return this.live().readSync(position, size)
  }

  truncateSync(size: number): void {
    this.live().truncateSync(size)
    this.fs.markTruncated(this.path, size)
  }

  sync(): Promise<void> {
    const size = this.live().size()
    return Promise.resolve().then(() => {
      if (!this.fs.alive(this.generation)) return new Promise<void>(() => {})
      this.fs.markSynced(this.path, size)
    })
  }

  syncSync(): void {
    this.fs.markSynced(this.path, this.live().size())
  }

  close(): void {
    this.file.close()
  }

  private live(): FileHandle {
    if (!this.fs.alive(this.generation)) {
      throw fsError(
        'fs-crashed',
        `The process that opened this file is dead: ${this.path}`,
        this.path,
      )
    }
    return this.file
  }
}
