import { expect, it } from 'vitest'
import { decideRestart, restartDelayMsMax, restartsMax } from './restart-policy.ts'

it('waits longer before each restart, up to a limit', () => {
  const delays = [1, 2, 3, 4, 8].map((failures) => decideRestart(true, failures))
  expect(delays).toEqual(
    [250, 500, 1000, 2000, restartDelayMsMax].map((delayMs) => ({ is: 'restart', delayMs })),
  )
})

it('gives a job up after too many failures in a row', () => {
  expect(decideRestart(true, restartsMax).is).toBe('restart')
  expect(decideRestart(true, restartsMax + 1).is).toBe('give-up')
})

it('never restarts what another attempt cannot mend', () => {
  expect(decideRestart(false, 1).is).toBe('give-up')
})
