// `npm test`: everything, on a fresh machine. The last line is `N passed, N failed, N skipped`.
import { mkdirSync, rmSync } from 'node:fs'
import { buildWhenNeeded } from './lib/build.mjs'
import { installWhenNeeded } from './lib/install.mjs'
import { inRoot, requireNode, run, tool } from './lib/project.mjs'
import { addCheck, addPlaywright, addVitest, printTotals, startTally } from './lib/tally.mjs'

requireNode()
await installWhenNeeded()
mkdirSync(inRoot('.build'), { recursive: true })
const { findBrowser } = await import('../e2e/browser.mjs')
const { ensureKcat } = await import('./lib/kcat.mjs')

const tally = startTally()
const started = process.hrtime.bigint()
const seconds = () => `${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(0)} s`

/** A check that passes or fails as a whole; its output is shown when it fails. */
async function check(name, command, args, env) {
  const { code, output } = await run(command, args, { capture: true, env })
  addCheck(tally, name, code === 0, output)
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds()})`)
  if (code !== 0) console.log(output)
}

const node = process.execPath
const statics = async () => {
  await check('types', tool('tsc'), ['-b'])
  await check('lint', tool('biome'), ['check', '--error-on-warnings', '.'])
}
const structure = async () => {
  const folders = ['packages', 'apps', 'sim', 'e2e', 'bench']
  await check('import rules', tool('depcruise'), [
    '--config',
    '.dependency-cruiser.cjs',
    ...folders,
  ])
  await check('unused code', tool('knip'), [])
  await check('generated files', node, ['scripts/generate.mjs', '--check'])
}
await Promise.all([statics(), structure()])

await buildWhenNeeded()
await check('what bundles hold', node, ['scripts/checks/bundles.mjs'])
await check('size of the first chunk', node, ['scripts/checks/first-chunk.mjs'])

ensureKcat()
const unitReport = inRoot('.build', 'unit.json')
rmSync(unitReport, { force: true })
const unit = await run(tool('vitest'), [
  'run',
  '--reporter=dot',
  '--reporter=json',
  `--outputFile=${unitReport}`,
])
addVitest(tally, unitReport, unit.code)
console.log(`unit tests, foreign clients and simulation done (${seconds()})`)

const browser = await findBrowser()
if (browser.missing) {
  addCheck(tally, 'browser', false, browser.missing)
  console.log(browser.missing)
} else {
  const e2eReport = inRoot('.build', 'e2e.json')
  rmSync(e2eReport, { force: true })
  const e2e = await run(tool('playwright'), ['test'], {
    env: { CHROMIUM_PATH: browser.path ?? '' },
  })
  addPlaywright(tally, e2eReport, e2e.code)
  console.log(`end-to-end tests done (${seconds()})`)
}

await check('throughput floor', node, ['--import', 'tsx', 'bench/src/main.ts', '--quick'])
printTotals(tally)
