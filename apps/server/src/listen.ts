/** Ports: a default one that is taken gives way to a free one, a chosen one does not. */
import { AppError } from '@millrace/base'
import type { PortChoice } from './options.ts'

/** Calls `listen` with the wanted port, and once more with 0 when a default port is taken. */
export async function listenWithFallback<T>(
  choice: PortChoice,
  what: string,
  listen: (port: number) => Promise<T>,
): Promise<{ result: T; note: (port: number) => string | null }> {
  try {
    return { result: await listen(choice.port), note: () => null }
  } catch (cause) {
    if (!isPortTaken(cause)) throw portRefused(choice, what, cause)
    if (choice.chosen) throw portTaken(choice, what, cause)
    const result = await listen(0)
    return {
      result,
      note: (port) =>
        `Port ${choice.port} is taken, so ${what} listens on ${port}. Choose another with ${choice.flag} N.`,
    }
  }
}

/** Is this, or what caused it, the system's "address in use"? */
export function isPortTaken(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return true
    if (error instanceof AppError && (error.code === 'port-taken' || error.code === 'port-in-use'))
      return true
  }
  return false
}

function portTaken(choice: PortChoice, what: string, cause: unknown): AppError {
  return new AppError(
    `Port ${choice.port} for ${what} is taken by another program. Choose another with ${choice.flag} N, or ` +
      `${choice.flag} 0 for a free one.`,
    { code: 'port-taken', origin: 'user', details: { port: choice.port }, cause },
  )
}

function portRefused(choice: PortChoice, what: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException).code
  if (code !== 'EACCES' && code !== 'EADDRNOTAVAIL') return cause
  const why =
    code === 'EACCES'
      ? `the system does not let this user listen there. Choose another with ${choice.flag} N`
      : 'this machine has no such address. Choose another with --host ADDRESS'
  return new AppError(`Cannot listen on port ${choice.port} for ${what}: ${why}.`, {
    code: 'port-refused',
    origin: 'user',
    details: { port: choice.port },
    cause,
  })
}
