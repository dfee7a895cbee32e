/** Operational errors: things that go wrong in a correct program, each with a stable code and its origin. */

export type ErrorOrigin = 'user' | 'external' | 'internal'

export interface AppErrorOptions {
  /** Stable, kebab-case, listed in `docs/errors.md`. */
  code: string
  /** May the same call succeed later? */
  retriable?: boolean
  origin: ErrorOrigin
  /** The place: node id, field, partition, path … */
  details?: Record<string, unknown>
  cause?: unknown
}

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: string
  readonly retriable: boolean
  readonly origin: ErrorOrigin
  readonly details: Record<string, unknown>

  constructor(message: string, options: AppErrorOptions) {
    super(message, { cause: options.cause })
    this.code = options.code
    this.retriable = options.retriable ?? false
    this.origin = options.origin
    this.details = options.details ?? {}
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
