/**
 * Invariants, over documents of the templates and the test folder with random faults in them:
 * 1. reading, checking and compiling never throw, and leave the prototypes of objects alone;
 * 2. every refusal names node or field, every problem names a node that is there, and each is a sentence;
 * 3. there is a plan exactly if no problem is an error;
 * 4. a one-click fix gives a document, and the problem that proposed it is gone.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { seededRandom } from '@millrace/base'
import { compilePipeline, type Problem } from '@millrace/engine/plan'
import { type PipelineDocument, parseDocument, printDocument } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.gen.ts'
import { templates } from './templates/index.ts'
import { applyFix } from './testing/apply-fix.ts'
import { mutated } from './testing/random-mutations.ts'

const seeds = 200
const faultsPerSeed = 8
const folder = new URL('./testing/documents/', import.meta.url)
const originals: readonly unknown[] = [
  ...templates.map(({ document }) => document),
  ...readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))),
]

const compile = (document: PipelineDocument) =>
  compilePipeline(document, catalogue, { topics: new Map() })

const said = ({ code, node, field, message, span }: Problem) =>
  JSON.stringify([code, node, field, message, span])

function checkFixes(document: PipelineDocument, problem: Problem, shown: string): number {
  for (const fix of problem.fixes) {
    const what = `${shown}\n${said(problem)} [${fix.label}]`
    const mended = applyFix(document, fix)
    const parsed = parseDocument(mended)
    expect(parsed, what).toMatchObject({ ok: true })
    const same = (problems: readonly Problem[]) =>
      problems.filter((other) => said(other) === said(problem)).length
    expect(same(compile(mended).problems), what).toBeLessThan(same(compile(document).problems))
  }
  return problem.fixes.length
}

function checkDocument(input: unknown, shown: string): { problems: number; fixes: number } {
  const parsed = parseDocument(input)
  if (!parsed.ok) {
    expect(parsed.refusals.length, shown).toBeGreaterThan(0)
    for (const { node, field, message } of parsed.refusals) {
      expect(message, shown).toMatch(/\S/)
      expect(`${node ?? ''}${field ?? ''}`, `${shown}: ${message}`).toMatch(/\S/)
    }
    return { problems: parsed.refusals.length, fixes: 0 }
  }
  const { document } = parsed
  const printed = printDocument(document)
  const again = parseDocument(JSON.parse(printed))
  expect(again.ok && printDocument(again.document), shown).toBe(printed)
  const { problems, plan } = compile(document)
  const ids = new Set(document.nodes.map(({ id }) => id))
  let fixes = 0
  for (const problem of problems) {
    const what = `${shown}\n${said(problem)}`
    expect(problem.message, what).toMatch(/^\S.*[.?)]$/s)
    if (problem.code !== 'empty-document') expect(ids.has(problem.node ?? ''), what).toBe(true)
    fixes += checkFixes(document, problem, shown)
  }
  expect(plan === undefined, shown).toBe(problems.some(({ severity }) => severity === 'error'))
  return { problems: problems.length, fixes }
}

describe('damaged documents', () => {
  it(`are refused or mended in ${seeds} seeds`, { timeout: 120_000 }, () => {
    const total = { problems: 0, fixes: 0 }
    for (let seed = 1; seed <= seeds; seed++) {
      const random = seededRandom(seed)
      for (let fault = 0; fault < faultsPerSeed; fault++) {
        const original = originals[random.uint32() % originals.length]
        const input = mutated(random, original)
        const { problems, fixes } = checkDocument(
          input,
          `seed ${seed}, fault ${fault}: ${JSON.stringify(input)?.slice(0, 2000)}`,
        )
        total.problems += problems
        total.fixes += fixes
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(total.problems).toBeGreaterThan(1000)
    expect(total.fixes).toBeGreaterThan(300)
  })
})
