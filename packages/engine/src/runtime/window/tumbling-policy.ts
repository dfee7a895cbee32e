/** Window arithmetic, nothing else: which windows an event time belongs to. After Jet's `SlidingWindowPolicy`. */

export interface WindowPolicy {
  /** Length of a window, ms. */
  readonly sizeMs: number
  /** Start of the window [start, start + sizeMs) that holds `eventTime`. */
  startOf(eventTime: number): number
}

/** Windows of `sizeMs` whose starts are `offsetMs` after the multiples of it; right for times before 1970 too. */
export function tumblingPolicy(sizeMs: number, offsetMs: number): WindowPolicy {
  return {
    sizeMs,
    startOf: (eventTime) => Math.floor((eventTime - offsetMs) / sizeMs) * sizeMs + offsetMs,
  }
}
