/** A file system in memory: for tests, the browser and the simulator. */
import { AppError } from './errors.ts'
import { type FileHandle, type Fs, type OpenMode, parentPath } from './fs.ts'

interface Content {
  bytes: Uint8Array
  size: number
}

export class MemoryFs implements Fs {
  private readonly files = new Map<string, Content>()
  private readonly directories = new Set<string>(['/', '.'])

  openSync(path: string, mode: OpenMode): FileHandle {
    const existing = this.files.get(path)
    if (mode === 'create' && existing) throw fsError('fs-exists', `File exists: ${path}`, path)
    if (mode === 'read' && !existing) throw fsError('fs-not-found', `No such file: ${path}`, path)
    if (existing) return new MemoryFile(path, existing)
    const content = { bytes: new Uint8Array(1024), size: 0 }
    this.files.set(path, content)
    return new MemoryFile(path, content)
  }

  existsSync(path: string): boolean {
    return this.files.has(path) || this.directories.has(path)
  }

  sizeSync(path: string): number | undefined {
    return this.files.get(path)?.size
  }

  listSync(path: string): string[] {
    const prefix = path.endsWith('/') ? path : `${path}/`
    const names = new Set<string>()
    for (const key of [...this.files.keys(), ...this.directories]) {
      if (!key.startsWith(prefix) || key === prefix) continue
      names.add(key.slice(prefix.length).split('/')[0])
    }
    return [...names]
  }

  makeDirectorySync(path: string): void {
    for (let at = path; at !== '.' && at !== '/'; at = parentPath(at)) this.directories.add(at)
  }

  renameSync(from: string, to: string): void {
    const content = this.files.get(from)
    if (content) {
      this.files.delete(from)
      this.files.set(to, content)
      return
    }
    if (!this.directories.has(from)) throw fsError('fs-not-found', `No such file: ${from}`, from)
    for (const [key, value] of [...this.files]) {
      if (!key.startsWith(`${from}/`)) continue
      this.files.delete(key)
      this.files.set(to + key.slice(from.length), value)
    }
    for (const key of [...this.directories]) {
      if (key !== from && !key.startsWith(`${from}/`)) continue
      this.directories.delete(key)
      this.directories.add(to + key.slice(from.length))
    }
  }

  removeSync(path: string): void {
    this.files.delete(path)
  }

  removeTreeSync(path: string): void {
    for (const key of [...this.files.keys()]) if (key.startsWith(`${path}/`)) this.files.delete(key)
    for (const key of [...this.directories]) {
      if (key === path || key.startsWith(`${path}/`)) this.directories.delete(key)
    }
  }

  syncDirectorySync(_path: string): void {}
}

class MemoryFile implements FileHandle {
  private open = true
  readonly path: string
  private readonly content: Content

  constructor(path: string, content: Content) {
    this.path = path
    this.content = content
  }

  size(): number {
    return this.live().size
  }

  appendSync(bytes: Uint8Array): void {
    const content = this.live()
    const needed = content.size + bytes.length
    if (needed > content.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, content.bytes.length * 2))
      grown.set(content.bytes.subarray(0, content.size))
      content.bytes = grown
    }
    content.bytes.set(bytes, content.size)
    content.size = needed
  }

  readSync(position: number, size: number): Uint8Array {
    const content = this.live()
    return content.bytes.slice(position, Math.min(content.size, position + size))
  }

  readIntoSync(position: number, target: Uint8Array): number {
    const bytes = this.readSync(position, target.length)
    target.set(bytes)
    return bytes.length
  }

  async read(position: number, size: number): Promise<Uint8Array> {
    return this.readSync(position, size)
  }

  truncateSync(size: number): void {
    const content = this.live()
    if (size < content.size) content.size = size
  }

  async sync(): Promise<void> {
    this.live()
  }

  syncSync(): void {
    this.live()
  }

  close(): void {
    this.open = false
  }

  private live(): Content {
    if (!this.open) throw fsError('fs-closed', `The file is closed: ${this.path}`, this.path)
    return this.content
  }
}

export function fsError(code: string, message: string, path: string, cause?: unknown): AppError {
  return new AppError(message, { code, origin: 'external', details: { path }, cause })
}
