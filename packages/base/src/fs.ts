/** Files as an argument: real, in memory, or crashing. Paths use `/`; errors are `AppError` with code `fs-…`. */

/** An open file. Positions and sizes are bytes. A closed handle refuses every call. */
export interface FileHandle {
  readonly path: string
  size(): number
  /** Appends at the end; returns when the kernel has the bytes. */
  appendSync(bytes: Uint8Array): void
  /** Up to `size` bytes from `position`; shorter only at the end of the file. */
  readSync(position: number, size: number): Uint8Array
  /** Into `target` from its start; returns the bytes read. */
  readIntoSync(position: number, target: Uint8Array): number
  read(position: number, size: number): Promise<Uint8Array>
  truncateSync(size: number): void
  /** Resolves when the bytes are on the device (fdatasync). Bytes appended after the call may or may not be included. */
  sync(): Promise<void>
  syncSync(): void
  close(): void
}

/** `read`: must exist · `append`: created if absent, readable too · `create`: must not exist (the fence). */
export type OpenMode = 'read' | 'append' | 'create'

export interface Fs {
  openSync(path: string, mode: OpenMode): FileHandle
  existsSync(path: string): boolean
  /** Size in bytes, or undefined if there is no such file. */
  sizeSync(path: string): number | undefined
  /** Names inside, unsorted directories and files; an absent directory is empty. */
  listSync(path: string): string[]
  makeDirectorySync(path: string): void
  /** Atomic; replaces the target. */
  renameSync(from: string, to: string): void
  /** Removes a file; an absent one is no error. */
  removeSync(path: string): void
  /** Removes a directory with all that it holds. */
  removeTreeSync(path: string): void
  /** Makes creates, renames and removals inside durable. */
  syncDirectorySync(path: string): void
}

/** Whole file, or undefined if absent. */
export function readFileSync(fs: Fs, path: string): Uint8Array | undefined {
  const size = fs.sizeSync(path)
  if (size === undefined) return undefined
  const file = fs.openSync(path, 'read')
  try {
    return file.readSync(0, size)
  } finally {
    file.close()
  }
}

/** Replaces `path` so that a crash leaves the old or the new content, never a mixture. */
export function writeFileAtomicSync(fs: Fs, path: string, bytes: Uint8Array): void {
  const temporary = `${path}.tmp`
  fs.removeSync(temporary)
  const file = fs.openSync(temporary, 'create')
  try {
    file.appendSync(bytes)
    file.syncSync()
  } finally {
    file.close()
  }
  fs.renameSync(temporary, path)
  fs.syncDirectorySync(parentPath(path))
}

export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? (slash === 0 ? '/' : '.') : path.slice(0, slash)
}
