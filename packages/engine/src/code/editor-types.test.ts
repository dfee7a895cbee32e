import { field, types } from '@millrace/schemas'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { editorTypes } from './editor-types.ts'

const declarations = editorTypes({
  input: {
    fields: [
      field('user_id', types.string, false),
      field('amount', types.bigint),
      field('at', types.timestamp, false),
    ],
  },
  keys: [0],
  outputs: [
    {
      side: null,
      row: { fields: [field('user_id', types.string, false), field('total', types.bigint)] },
    },
    { side: 'large', row: { fields: [field('amount', types.bigint, false)] } },
  ],
})

/** Messages of the TypeScript compiler for code that uses the declarations. */
function mistakesOf(code: string): string[] {
  const sources: Record<string, string> = { 'code.ts': code, 'types.d.ts': declarations }
  const host = ts.createCompilerHost({})
  const original = host.getSourceFile.bind(host)
  host.getSourceFile = (name, options) =>
    name in sources ? ts.createSourceFile(name, sources[name], options) : original(name, options)
  const program = ts.createProgram(
    Object.keys(sources),
    {
      strict: true,
      noEmit: true,
      lib: ['lib.es2023.d.ts'],
      types: [],
      target: ts.ScriptTarget.ES2022,
    },
    host,
  )
  return ts
    .getPreEmitDiagnostics(program)
    .map((found) => ts.flattenDiagnosticMessageText(found.messageText, ' '))
}

const body = (onElement: string) => `export const fn = processFunction({
  state: { total: value<bigint>() },
  onElement(row, ctx) { ${onElement} },
})`

it('types rows, state, key and outputs so that right code has no mistakes', () => {
  expect(
    mistakesOf(
      body(`const total = (ctx.state.total.get() ?? 0n) + (row.amount ?? 0n)
        ctx.state.total.set(total)
        ctx.timers.eventTime(row.at + 60_000)
        ctx.emit({ user_id: ctx.key, total })
        ctx.side('large', { amount: total })`),
    ),
  ).toEqual([])
})

it.each([
  ['row.amout', /Property 'amout' does not exist on type 'Row'/],
  ['ctx.state.total.set(5)', /'number' is not assignable to parameter of type 'bigint'/],
  ['ctx.emit({ total: 1n })', /missing in type|not assignable to parameter of type 'Output'/],
  ['ctx.side("small", { amount: 1n })', /'"small"' is not assignable/],
  ['row.amount + 1n', /possibly 'null'/],
])('finds the mistake in %s', (code, message) => {
  expect(mistakesOf(body(code)).join('\n')).toMatch(message)
})
