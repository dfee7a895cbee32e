// Counts what passed, failed and was skipped over all kinds of checks, and prints the closing line.
import { existsSync, readFileSync } from 'node:fs'

export function startTally() {
  return { passed: 0, failures: [], skips: [] }
}

export function addCheck(tally, name, passed, output) {
  if (passed) tally.passed++
  else tally.failures.push(`${name}: ${output.trim().split('\n').slice(-1)[0] ?? ''}`)
}

export function addVitest(tally, reportPath, exitCode) {
  const report = readReport(tally, 'unit tests', reportPath)
  if (!report) return
  let failed = 0
  for (const file of report.testResults) {
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      failed++
      tally.failures.push(`${file.name}: ${file.message}`)
    }
    for (const test of file.assertionResults) {
      if (test.status === 'passed') tally.passed++
      else if (test.status === 'failed') {
        failed++
        tally.failures.push(test.fullName)
      } else tally.skips.push(`${test.fullName} (${reasonOf(test)})`)
    }
  }
  if (exitCode !== 0 && failed === 0) tally.failures.push('unit tests: an error outside the tests')
}

function reasonOf(test) {
  return test.meta?.skipReason ?? test.failureMessages?.[0] ?? 'see its title'
}

export function addPlaywright(tally, reportPath, exitCode) {
  const report = readReport(tally, 'end-to-end tests', reportPath)
  if (!report) return
  let failed = 0
  const walk = (suite) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'expected') tally.passed++
        else if (test.status === 'skipped') tally.skips.push(`${spec.title} (${skipReason(test)})`)
        else {
          failed++
          tally.failures.push(`${spec.file}: ${spec.title}`)
        }
      }
    }
    for (const inner of suite.suites ?? []) walk(inner)
  }
  for (const suite of report.suites) walk(suite)
  if (exitCode !== 0 && failed === 0)
    tally.failures.push('end-to-end tests: an error outside the tests')
}

function skipReason(test) {
  return test.annotations?.find((a) => a.type === 'skip')?.description ?? 'no reason given'
}

function readReport(tally, name, path) {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'))
  tally.failures.push(`${name}: no report was written`)
  return undefined
}

/** Prints failures, skips with their reasons and the closing line; under CI=1 a skip fails. */
export function printTotals(tally) {
  console.log('')
  for (const failure of tally.failures) console.log(`failed: ${failure}`)
  for (const skip of tally.skips) console.log(`skipped: ${skip}`)
  console.log(
    `${tally.passed} passed, ${tally.failures.length} failed, ${tally.skips.length} skipped`,
  )
  const strict = process.env.CI === '1' && tally.skips.length > 0
  if (strict) console.error('CI=1: a skipped test fails the run.')
  process.exitCode = tally.failures.length > 0 || strict ? 1 : 0
}
