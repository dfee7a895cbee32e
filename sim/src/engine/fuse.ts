/** The moment of death: after so many file operations or steps the process does nothing more. */
import type { FileHandle, Fs, OpenMode } from '@millrace/base'

/** Thrown by everything that the dead process still tries to do. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied'
}

export class Fuse {
  private left: number
  blown = false

  constructor(operations: number) {
    this.left = operations
  }

  /** Called before each operation on the disk. */
  burn(): void {
    if (this.left-- <= 0) this.blown = true
    if (this.blown) throw new ProcessDied('the process died')
  }
}

/** An `Fs` whose process dies between any two operations. */
export class FusedFs implements Fs {
  private readonly fs: Fs
  private readonly fuse: Fuse

  constructor(fs: Fs, fuse: Fuse) {
    this.fs = fs
    this.fuse = fuse
  }

  openSync(path: string, mode: OpenMode): FileHandle {
    if (mode !== 'read') this.fuse.burn()
    return new FusedFile(this.fs.openSync(path, mode), this.fuse)
  }
  existsSync(path: string): boolean {
    return this.fs.existsSync(path)
  }
  sizeSync(path: string): number | undefined {
    return this.fs.sizeSync(path)
  }
  listSync(path: string): string[] {
    return this.fs.listSync(path)
  }
  makeDirectorySync(path: string): void {
    this.fuse.burn()
    this.fs.makeDirectorySync(path)
  }
  renameSync(from: string, to: string): void {
    this.fuse.burn()
    this.fs.renameSync(from, to)
  }
  removeSync(path: string): void {
    this.fuse.burn()
    this.fs.removeSync(path)
  }
  removeTreeSync(path: string): void {
    this.fuse.burn()
    this.fs.removeTreeSync(path)
  }
  syncDirectorySync(path: string): void {
    this.fuse.burn()
    this.fs.syncDirectorySync(path)
  }
}

class FusedFile implements FileHandle {
  private readonly file: FileHandle
  private readonly fuse: Fuse

  constructor(file: FileHandle, fuse: Fuse) {
    this.file = file
    this.fuse = fuse
  }

  get path(): string {
    return this.file.path
  }
  size(): number {
    return this.file.size()
  }
  appendSync(bytes: Uint8Array): void {
    this.fuse.burn()
    this.file.appendSync(bytes)
  }
  readSync(position: number, size: number): Uint8Array {
    return this.file.readSync(position, size)
  }
  readIntoSync(position: number, target: Uint8Array): number {
    return this.file.readIntoSync(position, target)
  }
  read(position: number, size: number): Promise<Uint8Array> {
    return this.file.read(position, size)
  }
  truncateSync(size: number): void {
    this.fuse.burn()
    this.file.truncateSync(size)
  }
  sync(): Promise<void> {
    return this.file.sync()
  }
  syncSync(): void {
    this.fuse.burn()
    this.file.syncSync()
  }
  close(): void {
    this.file.close()
  }
}
