/** The compiler of the engine with the catalogue of nodes, as the pipeline service asks for it. */
import {
  compilePipeline,
  inferDocument,
  migrateConfig,
  type OperatorConfigs,
  type PhysicalOperator,
  type PhysicalPlan,
  type Problem,
} from '@millrace/engine/plan'
import { catalogue } from '@millrace/nodes'
import type { KnownTopic } from '../api-types.ts'
import type { Compiler } from './compiler.ts'

export function createCompiler(): Compiler {
  return {
    migrate: (document) => ({
      ...document,
      nodes: document.nodes.map((node) => {
        const definition = catalogue.get(node.kind)
        if (!definition || node.version >= definition.version) return node
        return {
          ...node,
          version: definition.version,
          config: migrateConfig(node, definition),
        }
      }),
    }),
    validate(document, topics) {
      const { nodes, problems } = inferDocument(document, catalogue, { topics: byName(topics) })
      return {
        problems: [...problems],
        types: Object.fromEntries(nodes.map(({ node, outputs }) => [node.id, { ...outputs }])),
      }
    },
    async compile(document, { version, topics }) {
      const compiled = compilePipeline(document, catalogue, { version, topics: byName(topics) })
      if (!compiled.plan) return { ok: false, problems: errorsOf(compiled.problems) }
      return emitUserCode(compiled.plan)
    },
  }
}

function byName(topics: readonly KnownTopic[]): ReadonlyMap<string, KnownTopic> {
  return new Map(topics.map((topic) => [topic.name, topic]))
}

/** Warnings do not forbid a deploy, but a refused one names them too. */
function errorsOf(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'),
  )
}

/** The plan keeps the JavaScript that was emitted now, so that a restart runs the very same. */
async function emitUserCode(plan: PhysicalPlan) {
  if (!plan.operators.some(hasCode)) return { ok: true as const, plan }
  const { transpile } = await import('@millrace/engine/code')
  const problems: Problem[] = []
  const operators = plan.operators.map((operator) => {
    if (!hasCode(operator)) return operator
    const config = operator.config as OperatorConfigs['process-function']
    const emitted = transpile(config.code.typescript)
    if (emitted.ok) {
      const code = { ...config.code, javascript: emitted.javascript }
      return { ...operator, config: { ...config, code } }
    }
    const { message, line } = emitted.mistake
    problems.push({
      code: 'code',
      severity: 'error',
      node: operator.node,
      field: 'code',
      message: line === null ? message : `Line ${line}: ${message}`,
      fixes: [],
    })
    return operator
  })
  return problems.length > 0
    ? { ok: false as const, problems }
    : { ok: true as const, plan: { ...plan, operators } }
}

function hasCode(operator: PhysicalOperator): boolean {
  return operator.type === 'process-function'
}
