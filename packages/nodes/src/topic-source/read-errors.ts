/** What keeps a source from reading on, in words. */
import { AppError, messageOf } from '@millrace/base'

export interface ReadPlace {
  node: string
  topic: string
  partition: number
  /** Next offset to read. */
  offset: number
}

/** The log has no such offset (any more). */
export function outOfRange(
  place: ReadPlace,
  bounds: { logStart: number; highWatermark: number },
): AppError {
  const { offset } = place
  const beyond = offset > bounds.highWatermark
  const why = beyond
    ? `beyond the end of its log (${bounds.highWatermark}): the topic lost records or was made anew. Deploy without restoring to read what is there`
    : `before the start of its log (${bounds.logStart}): those records are gone. Deploy without restoring to read what is left`
  return new AppError(`Offset ${offset} of ${nameOf(place)} lies ${why}.`, {
    code: beyond ? 'offset-beyond-log-end' : 'offset-below-log-start',
    origin: 'external',
    details: { ...place },
  })
}

export function readFailed(place: ReadPlace, cause: unknown): AppError {
  return new AppError(`Cannot read ${nameOf(place)}: ${messageOf(cause)}`, {
    code: 'source-read-failed',
    origin: 'external',
    retriable: true,
    details: { ...place },
    cause,
  })
}

function nameOf({ topic, partition }: ReadPlace): string {
  return `partition ${partition} of topic ${topic}`
}
