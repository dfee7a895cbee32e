/** Words that several parts of the server's answers share. */

/** Times are wall-clock or event-time milliseconds since the epoch, or spans, as their comment says; rates are per second. */
export type Milliseconds = number

/** Every operational failure carries this in `error.data.app`. */
export interface ErrorData {
  /** Stable, kebab-case, listed in docs/errors.md. */
  code: string
  origin: 'user' | 'external' | 'internal'
  retriable: boolean
  /** The place: node, field, topic, path … */
  details: Record<string, unknown>
}

export interface PipelineReference {
  pipeline: string
  name: string
  node: string
  running: boolean
}
