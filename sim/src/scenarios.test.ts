import { describe, expect, it } from 'vitest'
import { firstFailure } from './scenario.ts'
import { scenarios } from './scenarios.ts'

const seeds = { from: 0, count: 200 }
const patienceMs = 120_000

describe.each(scenarios)('$name', (scenario) => {
  it(
    `holds its invariants for ${seeds.count} seeds`,
    async () => {
      const failure = await firstFailure(scenario.run, seeds)
      expect(failure && `seed ${failure.seed}: ${failure.error}`).toBeUndefined()
    },
    patienceMs,
  )

  it.each(scenario.bugs)(
    'catches a planted bug: $name',
    async (bug) => {
      expect(await firstFailure(bug.run, seeds)).toBeDefined()
    },
    patienceMs,
  )
})
