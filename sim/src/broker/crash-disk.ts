/** A disk for the simulator: what CrashingFs does, and after a power cut the unsynced rest of a file may be rubbish. */
import {
  CrashingFs,
  type CrashKind,
  type FileHandle,
  type Fs,
  type OpenMode,
  type Random,
  randomInteger,
} from '@millrace/base'

/**
 * File systems that extend a file before its blocks are written show zeros, or what lay there before, behind the last
 * sync: lengths and headers look whole, contents are not. `CrashingFs` alone only shortens files.
 */
export class CrashDisk implements Fs {
  private readonly disk: CrashingFs
  private readonly random: Random
  private readonly syncedSizes = new Map<string, number>()

  constructor(random: Random) {
    this.random = random
    this.disk = new CrashingFs(random)
  }

  /** Ends the present process; handles opened before refuse to work from now on. */
  crash(kind: CrashKind): void {
    this.disk.crash(kind)
    this.disk.failNextSync = false
    if (kind === 'power') for (const path of this.syncedSizes.keys()) this.spoil(path)
  }

  /** The next sync fails once, as on a dying device; `false` takes it back. */
  failNextSync(fail: boolean): void {
    this.disk.failNextSync = fail
  }

  private spoil(path: string): void {
    const size = this.disk.sizeSync(path)
    const synced = this.syncedSizes.get(path) ?? 0
    if (size === undefined || size <= synced || this.random.next() < 0.5) return
    const file = this.disk.openSync(path, 'append')
    const bytes = file.readSync(0, size)
    const zeros = this.random.next() < 0.5
    const from = randomInteger(this.random, synced, size - 1)
    const to = randomInteger(this.random, from + 1, size)
    for (let at = from; at < to; at++) bytes[at] = zeros ? 0 : this.random.uint32()
    file.truncateSync(from)
    file.appendSync(bytes.subarray(from))
    file.close()
  }

  openSync(path: string, mode: OpenMode): FileHandle {
    const existed = this.disk.sizeSync(path) !== undefined
    const file = this.disk.openSync(path, mode)
    if (!this.syncedSizes.has(path)) this.syncedSizes.set(path, existed ? file.size() : 0)
    return watchSyncs(file, (size) => {
      this.syncedSizes.set(path, size)
    })
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
    const synced = this.syncedSizes.get(from)
    this.syncedSizes.delete(from)
    if (synced !== undefined) this.syncedSizes.set(to, synced)
  }

  removeSync(path: string): void {
    this.disk.removeSync(path)
    this.syncedSizes.delete(path)
  }
  removeTreeSync(path: string): void {
    this.disk.removeTreeSync(path)
    for (const key of [...this.syncedSizes.keys()]) {
      if (key.startsWith(`${path}/`)) this.syncedSizes.delete(key)
    }
  }
  syncDirectorySync(path: string): void {
    this.disk.syncDirectorySync(path)
  }
}

/** Calls `synced` with the size that a finished sync covers. */
function watchSyncs(file: FileHandle, synced: (size: number) => void): FileHandle {
  return wrapHandle(file, {
    sync: async () => {
      const size = file.size()
      await file.sync()
      synced(size)
    },
    syncSync: () => {
      file.syncSync()
      synced(file.size())
    },
  })
}

/** A handle with some calls exchanged. */
export function wrapHandle(file: FileHandle, changes: Partial<FileHandle>): FileHandle {
  return {
    path: file.path,
    size: () => file.size(),
    appendSync: (bytes) => file.appendSync(bytes),
    readSync: (position, size) => file.readSync(position, size),
    readIntoSync: (position, target) => file.readIntoSync(position, target),
    read: (position, size) => file.read(position, size),
    truncateSync: (size) => file.truncateSync(size),
    sync: () => file.sync(),
    syncSync: () => file.syncSync(),
    close: () => file.close(),
    ...changes,
  }
}

/** A file system with some calls exchanged. */
export function wrapFs(fs: Fs, changes: Partial<Fs>): Fs {
  return {
    openSync: (path, mode) => fs.openSync(path, mode),
    existsSync: (path) => fs.existsSync(path),
    sizeSync: (path) => fs.sizeSync(path),
    listSync: (path) => fs.listSync(path),
    makeDirectorySync: (path) => fs.makeDirectorySync(path),
    renameSync: (from, to) => fs.renameSync(from, to),
    removeSync: (path) => fs.removeSync(path),
    removeTreeSync: (path) => fs.removeTreeSync(path),
    syncDirectorySync: (path) => fs.syncDirectorySync(path),
    ...changes,
  }
}
