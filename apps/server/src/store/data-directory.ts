/** The data directory: made if absent, checked, and locked against a second server, also one that was killed. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, messageOf } from '@millrace/base'

export interface DataDirectory {
  readonly path: string
  /** Where the broker keeps its topics. */
  readonly broker: string
  readonly checkpoints: string
  release(): Promise<void>
}

interface LockFile {
  pid: number
  /** Of this boot of the machine; null where the system does not tell. */
  bootId: string | null
  /** Start time of the process, clock ticks since boot; null where the system does not tell. */
  processStart: string | null
}

/** Throws `AppError` `data-directory-unusable` or `data-directory-locked`, each with the mend. */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const path = usableDirectory(directory)
  const lockFile = join(path, 'lock')
  const socket = await bindLock(path, lockFile)
  const holder = readLock(lockFile)
  if (holder && holder.pid !== process.pid && isAlive(holder)) {
    socket.close()
    throw locked(path, holder)
  }
  writeFileSync(lockFile, JSON.stringify(self()))
  return {
    path,
    broker: join(path, 'broker'),
    checkpoints: join(path, 'checkpoints'),
    release: () =>
      new Promise((resolve) => {
        rmSync(lockFile, { force: true })
        socket.close(() => resolve())
      }),
  }
}

function usableDirectory(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true })
    const path = realpathSync(directory)
    const probe = join(path, `.probe-${process.pid}`)
    writeFileSync(probe, '')
    readFileSync(probe)
    rmSync(probe)
    return path
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const mend =
      code === 'EEXIST' || code === 'ENOTDIR'
        ? 'There is a file in its place: move that away'
        : 'Make it readable and writable for this user (chown, chmod)'
    throw new AppError(
      `The data directory ${directory} cannot be used: ${messageOf(cause)}. ${mend}, or name another with --data DIR.`,
      { code: 'data-directory-unusable', origin: 'user', details: { path: directory }, cause },
    )
  }
}

/** A bound socket is given up by the system when its process ends, however it ends; binding is atomic. */
async function bindLock(path: string, lockFile: string): Promise<Server> {
  const address = lockAddress(path)
  try {
    return await bind(address)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
  }
  const holder = readLock(lockFile)
  const stale = process.platform === 'darwin' && (!holder || !isAlive(holder))
  if (!stale) throw locked(path, holder)
  // There the socket is a file that outlives a killed process.
  rmSync(address, { force: true })
  return bind(address)
}

function lockAddress(path: string): string {
  const name = `millrace-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`
  if (process.platform === 'linux') return `\0${name}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  return join(tmpdir(), `${name}.sock`)
}

function bind(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy())
    server.once('error', reject)
    server.listen(address, () => {
      server.unref()
      resolve(server)
    })
  })
}

function locked(path: string, holder: LockFile | null): AppError {
  const by = holder ? ` by process ${holder.pid}` : ''
  const mend = holder ? `Stop it (kill ${holder.pid})` : 'Stop it'
  return new AppError(
    `The data directory ${path} is in use${by}: another Millrace runs on it. ` +
      `${mend}, or name another directory with --data DIR.`,
    { code: 'data-directory-locked', origin: 'user', details: { path, pid: holder?.pid ?? null } },
  )
}

function readLock(lockFile: string): LockFile | null {
  try {
    const value = JSON.parse(readFileSync(lockFile, 'utf8')) as Partial<LockFile>
    if (typeof value.pid !== 'number') return null
    return {
      pid: value.pid,
      bootId: value.bootId ?? null,
      processStart: value.processStart ?? null,
    }
  } catch {
    // Absent, or torn by a crash while it was written.
    return null
  }
}

function self(): LockFile {
  return { pid: process.pid, bootId: bootId(), processStart: processStart(process.pid) }
}

/** A process number is used again after a while; boot id and start time tell whether it is the same process. */
function isAlive(holder: LockFile): boolean {
  if (holder.bootId !== null && holder.bootId !== bootId()) return false
  const start = processStart(holder.pid)
  if (holder.processStart !== null) return start === holder.processStart
  try {
    process.kill(holder.pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function bootId(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null
}

/**
 * Field 22 of /proc/PID/stat; null when there is no such process, or only its corpse (state Z or X) that nobody has
 * collected yet. The name in field 2 may hold blanks and parentheses.
 */
function processStart(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`)
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
