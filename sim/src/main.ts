/** `npm run sim -- [--seeds N] [--from SEED] [--only NAME]`: runs scenarios and their planted bugs, and says which seed failed. */
import { parseArgs } from 'node:util'
import { firstFailure, type Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '0' },
    only: { type: 'string' },
  },
})
const seeds = { from: Number(values.from), count: Number(values.seeds) }
const chosen = scenarios.filter((scenario) => !values.only || scenario.name.includes(values.only))
if (chosen.length === 0 || !(seeds.count > 0) || !Number.isInteger(seeds.from)) {
  console.error(`Nothing to run. Scenarios: ${scenarios.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

let failures = 0
for (const scenario of chosen) failures += await runScenario(scenario)
console.log(failures === 0 ? 'All invariants hold.' : `${failures} failed.`)
process.exit(failures === 0 ? 0 : 1)

async function runScenario(scenario: Scenario): Promise<number> {
  let failed = 0
  const failure = await firstFailure(scenario.run, seeds)
  if (failure) {
    failed++
    console.log(`✗ ${scenario.name}: seed ${failure.seed}`)
    console.log(failure.error)
    console.log(`  again: npm run sim -- --only ${scenario.name} --from ${failure.seed} --seeds 1`)
  } else {
    console.log(`✓ ${scenario.name}: ${seeds.count} seeds`)
  }
  for (const bug of scenario.bugs) {
    const caught = await firstFailure(bug.run, seeds)
    if (!caught) failed++
    const verdict = caught ? `seed ${caught.seed}: ${caught.error}` : 'NOT CAUGHT'
    console.log(`  ${caught ? '✓' : '✗'} planted: ${bug.name}: ${verdict}`)
  }
  return failed
}
