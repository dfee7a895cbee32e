/** When a job that failed is started again, and when it is given up. Pure. */

/** Failures in a row, without a complete checkpoint in between, after which a job is given up. */
export const restartsMax = 8
/** Before the first restart; doubled each time. */
export const restartDelayMs = 250
export const restartDelayMsMax = 15_000

export type RestartDecision = { is: 'give-up' } | { is: 'restart'; delayMs: number }

/** `failuresInRow` counts this one. */
export function decideRestart(restartable: boolean, failuresInRow: number): RestartDecision {
  if (!restartable || failuresInRow > restartsMax) return { is: 'give-up' }
  const delayMs = Math.min(restartDelayMsMax, restartDelayMs * 2 ** (failuresInRow - 1))
  return { is: 'restart', delayMs }
}
