/** Error codes in answers, as `AppError`s that our callers can judge. */
import { AppError } from '@millrace/base'
import { errorName, isRetriable } from '../protocol/index.ts'

/** `kafka-<error name>`: for instance `kafka-unknown-topic-or-partition`. */
export function kafkaError(
  errorCode: number,
  what: string,
  options: { message?: string | null; details?: Record<string, unknown> } = {},
): AppError {
  const name = errorName(errorCode)
  const reason = options.message ? `: ${options.message}` : ''
  return new AppError(`${what} failed with ${name}${reason}`, {
    code: `kafka-${name.toLowerCase().replaceAll('_', '-')}`,
    origin: 'external',
    retriable: isRetriable(errorCode),
    details: { errorCode, ...options.details },
  })
}

/** Throws `kafkaError` unless the code is 0. */
export function check(
  errorCode: number,
  what: string,
  options: { message?: string | null; details?: Record<string, unknown> } = {},
): void {
  if (errorCode !== 0) throw kafkaError(errorCode, what, options)
}
