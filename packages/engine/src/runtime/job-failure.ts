/** What stopped a job, in the words of a status. */
import { AppError, messageOf } from '@millrace/base'
import type { JobFailure } from './metrics.ts'

/** `node`: where it happened. Line and record come from the error's details, if user code put them there. */
export function jobFailure(error: unknown, node: string | null, at: number): JobFailure {
  const details = error instanceof AppError ? error.details : {}
  return {
    at,
    message: messageOf(error),
    node,
    line: typeof details.line === 'number' ? details.line : null,
    record: recordOf(details.record),
    code: error instanceof AppError ? error.code : 'internal-error',
  }
}

function recordOf(record: unknown): JobFailure['record'] {
  if (typeof record !== 'object' || record === null) return null
  const { topic, partition, offset } = record as Record<string, unknown>
  if (typeof topic !== 'string' || typeof partition !== 'number' || typeof offset !== 'number') {
    return null
  }
  return { topic, partition, offset }
}
