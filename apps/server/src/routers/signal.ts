/** The abort signal of a subscription; a caller without one never ends it. */
export function signalOf(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? new AbortController().signal
}
