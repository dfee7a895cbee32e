/** The real file system behind the `Fs` interface. */
import {
  close,
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { type FileHandle, type Fs, fsError, type OpenMode } from '../index.ts'

const flags: Record<OpenMode, string> = { read: 'r', append: 'a+', create: 'ax+' }

const codes: Record<string, string> = {
  ENOENT: 'fs-not-found',
  EEXIST: 'fs-exists',
  ENOSPC: 'fs-disk-full',
  EACCES: 'fs-permission',
  EPERM: 'fs-permission',
  EROFS: 'fs-permission',
  EMFILE: 'fs-too-many-files',
}

function wrap<T>(path: string, call: () => T): T {
  try {
    return call()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    throw fsError(codes[code] ?? 'fs-failed', `${(cause as Error).message}`, path, cause)
  }
}

export const nodeFs: Fs = {
  openSync: (path, mode) => wrap(path, () => new NodeFile(path, openSync(path, flags[mode]))),
  existsSync: (path) => existsSync(path),
  sizeSync: (path) => statSync(path, { throwIfNoEntry: false })?.size,
  listSync: (path) => (existsSync(path) ? wrap(path, () => readdirSync(path)) : []),
  makeDirectorySync: (path) => wrap(path, () => void mkdirSync(path, { recursive: true })),
  renameSync: (from, to) => wrap(from, () => renameSync(from, to)),
  removeSync: (path) => wrap(path, () => rmSync(path, { force: true })),
  removeTreeSync: (path) => wrap(path, () => rmSync(path, { force: true, recursive: true })),
  syncDirectorySync: (path) =>
    wrap(path, () => {
      const fd = openSync(path, 'r')
      try {
        fsyncSync(fd)
      } finally {
        closeSync(fd)
      }
    }),
}

class NodeFile implements FileHandle {
  readonly path: string
  private fd: number
  private bytes: number

  constructor(path: string, fd: number) {
    this.path = path
    this.fd = fd
    this.bytes = fstatSync(fd).size
  }

  /** Own appends are counted; another process's appends are seen by reading the file's size again. */
  size(): number {
    this.bytes = fstatSync(this.live()).size
    return this.bytes
  }

  appendSync(bytes: Uint8Array): void {
    const fd = this.live()
    wrap(this.path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    })
  }

  readSync(position: number, size: number): Uint8Array {
    const target = Buffer.allocUnsafeSlow(size)
    const count = this.readIntoSync(position, target)
    return new Uint8Array(target.buffer, target.byteOffset, count)
  }

  readIntoSync(position: number, target: Uint8Array): number {
    const fd = this.live()
    return wrap(this.path, () => {
      let at = 0
      while (at < target.length) {
        const count = readSync(fd, target, at, target.length - at, position + at)
        if (count === 0) break
        at += count
      }
      return at
    })
  }

  read(position: number, size: number): Promise<Uint8Array> {
    const target = Buffer.allocUnsafeSlow(size)
    const fd = this.live()
    return new Promise((resolve, reject) => {
      read(fd, target, 0, size, position, (cause, count) => {
        if (cause) reject(fsError('fs-failed', cause.message, this.path, cause))
        else resolve(new Uint8Array(target.buffer, target.byteOffset, count))
      })
    })
  }

  truncateSync(size: number): void {
    const fd = this.live()
    wrap(this.path, () => ftruncateSync(fd, size))
  }

  sync(): Promise<void> {
    const fd = this.live()
    return new Promise((resolve, reject) => {
      fdatasync(fd, (cause) => {
        if (cause) reject(fsError('fs-sync-failed', cause.message, this.path, cause))
        else resolve()
      })
    })
  }

  syncSync(): void {
    const fd = this.live()
    wrap(this.path, () => fdatasyncSync(fd))
  }

  close(): void {
    if (this.fd < 0) return
    const fd = this.fd
    this.fd = -1
    close(fd, () => undefined)
  }

  private live(): number {
    if (this.fd < 0) throw fsError('fs-closed', `The file is closed: ${this.path}`, this.path)
    return this.fd
  }
}
