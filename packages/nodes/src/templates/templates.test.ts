import { editorTypes } from '@millrace/engine/code'
import { compilePipeline } from '@millrace/engine/plan'
import { fieldIndex, parseDocument } from '@millrace/schemas'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../catalogue.gen.ts'
import { templates } from './index.ts'

describe.each(templates.map((template) => [template.id, template] as const))(
  '%s',
  (_, template) => {
    const { document } = template
    const compiled = compilePipeline(document, catalogue, { topics: new Map() })

    it('is a document, without a problem or a warning, and has a plan', () => {
      expect(parseDocument(JSON.parse(JSON.stringify(document))).ok).toBe(true)
      expect(compiled.problems).toEqual([])
      expect(compiled.plan?.operators.length).toBeGreaterThan(3)
    })

    it('says which topics it creates', () => {
      const written = document.nodes
        .filter(({ kind }) => kind === 'topic-sink')
        .map(({ config }) => config.topic)
      expect([...template.creates].sort()).toEqual(written.sort())
    })

    it('holds code that type-checks against the rows that arrive', () => {
      for (const node of document.nodes.filter(({ kind }) => kind === 'process-function')) {
        const operator = compiled.plan?.operators.find(({ id }) => id === node.id)
        if (!operator) throw new Error('no operator')
        const input = operator.inputs[0]
        const declarations = editorTypes({
          input,
          keys: [fieldIndex(input, 'user_id')],
          outputs: operator.outputs.map(({ row, port }, i) => ({
            side: i === 0 ? null : port,
            row,
          })),
        })
        expect(typeMistakes(declarations, String(node.config.code))).toEqual([])
      }
    })
  },
)

it('variants name another template and their trap', () => {
  for (const { variantOf, trap } of templates) {
    if (variantOf === undefined) continue
    expect(templates.map(({ id }) => id)).toContain(variantOf)
    expect(trap).toMatch(/\S/)
  }
})

function typeMistakes(declarations: string, code: string): string[] {
  const sources: Record<string, string> = { 'types.d.ts': declarations, 'code.ts': code }
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    lib: ['lib.es2023.d.ts'],
    types: [],
    target: ts.ScriptTarget.ES2022,
  }
  const host = ts.createCompilerHost(options)
  const original = host.getSourceFile.bind(host)
  host.getSourceFile = (name, version) =>
    name in sources ? ts.createSourceFile(name, sources[name], version) : original(name, version)
  const program = ts.createProgram(Object.keys(sources), options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map((found) => ts.flattenDiagnosticMessageText(found.messageText, ' '))
}
