/** Reference cases with known answers (run on Apache Flink 1.20.1 or read from its sources), as data. */
import { readFileSync } from 'node:fs'

export interface SemanticStep {
  in: Record<string, unknown>
  out: Record<string, unknown>[]
}

export interface SemanticCase {
  id: string
  title: string
  pipeline: Record<string, unknown>
  flinkSql?: string
  steps: SemanticStep[]
  atEndOfInput?: Record<string, unknown>[]
  note: string
}

const file = new URL('./semantics.json', import.meta.url)
const all = (JSON.parse(readFileSync(file, 'utf8')) as { cases: SemanticCase[] }).cases

/** Cases of one `pipeline.op`. */
export function semanticCases(op: string): SemanticCase[] {
  return all.filter((one) => one.pipeline.op === op)
}

export function semanticCase(id: string): SemanticCase {
  const found = all.find((one) => one.id === id)
  if (!found) throw new Error(`no semantic case ${id}`)
  return found
}

/** Times beyond 2^53 are written as decimal text; −2^63 means "none yet". */
export function caseTime(value: unknown): number {
  const time = Number(value)
  return time === -(2 ** 63) ? Number.NEGATIVE_INFINITY : time
}
