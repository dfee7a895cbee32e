/** A folder of pipeline documents, good and bad: the first have plans, the others problems, each with its mend. */
import { readdirSync, readFileSync } from 'node:fs'
import { compilePipeline, type Problem } from '@millrace/engine/plan'
import { type PipelineDocument, parseDocument } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.gen.ts'
import { applyFix } from './testing/apply-fix.ts'

const folder = new URL('./testing/documents/', import.meta.url)

function load(name: string): PipelineDocument {
  const parsed = parseDocument(JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
  if (!parsed.ok) throw new Error(`${name}: ${parsed.refusals[0].message}`)
  return parsed.document
}

const names = readdirSync(folder).sort()
const compile = (name: string) => compilePipeline(load(name), catalogue, { topics: new Map() })

/** `severity node field: message [button] [button]` */
function printProblem({ severity, node, field, message, fixes }: Problem): string {
  const place = [node, field].filter(Boolean).join(' ')
  return `${severity} ${place}: ${message}${fixes.map(({ label }) => ` [${label}]`).join('')}`
}

describe('good documents', () => {
  it.each(names.filter((name) => name.startsWith('good-')))(
    '%s has a plan and no problem',
    (name) => {
      const compiled = compile(name)
      expect(compiled.problems).toEqual([])
      expect(compiled.plan).toBeDefined()
    },
  )
})

describe('bad documents', () => {
  it.each(names.filter((name) => name.startsWith('bad-')))(
    '%s has the expected problems',
    (name) => {
      const { problems, plan } = compile(name)
      expect(problems.length).toBeGreaterThan(0)
      expect(plan === undefined).toBe(problems.some(({ severity }) => severity === 'error'))
      expect(problems.map(printProblem).join('\n')).toMatchSnapshot()
    },
  )

  it('every fix mends the problem that proposes it', () => {
    const place = ({ code, node, field }: Problem) => `${code} ${node} ${field}`
    let fixes = 0
    for (const name of names) {
      const document = load(name)
      for (const problem of compile(name).problems) {
        for (const fix of problem.fixes) {
          const mended = applyFix(document, fix)
          expect(parseDocument(mended).ok, `${name}: ${fix.label}`).toBe(true)
          const left = compilePipeline(mended, catalogue, { topics: new Map() }).problems
          expect(left.map(place), `${name}: ${fix.label}`).not.toContain(place(problem))
          fixes++
        }
      }
    }
    expect(fixes).toBeGreaterThan(10)
  })

  it('every problem names its node, and every fix edits something', () => {
    for (const name of names) {
      for (const problem of compile(name).problems) {
        expect(problem.message, name).toMatch(/^\S.*[.?)]$/s)
        for (const fix of problem.fixes)
          expect(fix.edits.length, problem.message).toBeGreaterThan(0)
        if (problem.code !== 'empty-document') expect(problem.node, problem.message).toBeDefined()
      }
    }
  })
})
