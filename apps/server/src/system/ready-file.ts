/** The ready file: written as a whole once everything listens, so that a waiting script never reads half of it. */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { AppError, messageOf } from '@millrace/base'

export interface ReadyAddresses {
  /** `http://127.0.0.1:4300` */
  studio: string
  /** `127.0.0.1:9092` */
  kafka: string
  registry: string
}

export function writeReadyFile(path: string, addresses: ReadyAddresses): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const { studio, kafka, registry } = addresses
    writeFileSync(temporary, `${JSON.stringify({ studio, kafka, registry, pid: process.pid })}\n`)
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw unwritable(path, cause)
  }
}

/** One that an earlier run left behind would tell a waiting script the wrong addresses. */
export function removeReadyFile(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

function unwritable(path: string, cause: unknown): AppError {
  return new AppError(
    `The ready file ${path} cannot be written: ${messageOf(cause)}. Name another with --ready-file FILE.`,
    { code: 'ready-file-failed', origin: 'user', details: { path }, cause },
  )
}
