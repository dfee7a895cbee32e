// Plants small faults of the product in a clean copy and expects the end-to-end test that each is for to fail:
// `node scripts/checks/plant-e2e-faults.mjs [NAME…]`. Goes on where it left off; `--again` begins anew.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { inRoot } from '../lib/project.mjs'
import { faults } from './e2e-faults.mjs'

const words = process.argv.slice(2).filter((word) => word !== '--again')
const recordFile = inRoot('.build', 'e2e-faults.json')
const fresh = process.argv.includes('--again') || !existsSync(recordFile)
/** Results by fault: `caught` or `MISSED`, with the first line of the failure. */
const record = fresh ? {} : JSON.parse(readFileSync(recordFile, 'utf8'))

const folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-faults-'))
const copy = join(folder, 'copy')
execFileSync('git', ['clone', '-q', inRoot(), copy])
linkModules()

/** Everything that is installed, but the workspaces of the copy. */
function linkModules() {
  const modules = join(copy, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(inRoot('node_modules'))) {
    const from = inRoot('node_modules', name)
    if (name === '@millrace')
      cpSync(from, join(modules, name), { recursive: true, verbatimSymlinks: true })
    else if (name !== '.vite') symlinkSync(from, join(modules, name))
  }
}

function plant({ file, from, to }) {
  const path = join(copy, file)
  const text = readFileSync(path, 'utf8')
  if (text.split(from).length !== 2) throw new Error(`${file} does not hold this once: ${from}`)
  writeFileSync(
    path,
    text.replace(from, () => to),
  )
}

/** Builds the copy and runs one test; answers why it failed, or undefined when it passed. */
function failureOf({ spec, test }) {
  const built = run(process.execPath, ['scripts/build.mjs'])
  if (built.status !== 0) throw new Error(`The copy does not build:\n${built.output}`)
  const pattern = test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const playwright = join(copy, 'node_modules', '.bin', 'playwright')
  const { status, output } = run(playwright, ['test', `e2e/${spec}.spec.ts`, '-g', pattern])
  const report = JSON.parse(readFileSync(join(copy, '.build', 'e2e.json'), 'utf8'))
  const { expected, unexpected } = report.stats
  if (expected + unexpected === 0) throw new Error(`No test has the title “${test}”:\n${output}`)
  if (status === 0 || expected > 0) return undefined
  const errors = specsOf(report.suites).flatMap((one) => one.tests[0].results[0].errors)
  const lines = stripVTControlCharacters(errors[0]?.message ?? 'It failed').split('\n')
  return lines.slice(0, 2).join(' ')
}

function specsOf(suites) {
  return suites.flatMap((suite) => [...(suite.specs ?? []), ...specsOf(suite.suites ?? [])])
}

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: 'utf8' })
  return { status, output: `${stdout}${stderr}`.slice(-3000) }
}

const wanted = faults.filter(({ name }) =>
  words.length > 0 ? words.some((word) => name.includes(word)) : record[name] === undefined,
)
for (const fault of wanted) {
  plant(fault)
  const failure = failureOf(fault)
  execFileSync('git', ['checkout', '-q', '.'], { cwd: copy })
  record[fault.name] = { caught: failure !== undefined, failure: failure ?? 'the test passed' }
  writeFileSync(recordFile, JSON.stringify(record, null, 2))
  console.log(`${failure ? 'caught' : 'MISSED'}  ${fault.name}: ${record[fault.name].failure}`)
}
rmSync(folder, { recursive: true, force: true })

const missed = faults.filter(({ name }) => !record[name]?.caught)
console.log(
  missed.length === 0
    ? `Every one of ${faults.length} planted faults was caught.`
    : `Not caught: ${missed.map(({ name }) => name).join(', ')}`,
)
process.exit(missed.length === 0 ? 0 : 1)
