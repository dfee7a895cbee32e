import { BatchBuilder, cellAt, field, types } from '@millrace/schemas'
import { afterEach, describe, expect, it } from 'vitest'
import type { CodeAnswer, CodeHost, CodeProgram, CodeRequest } from '../code/index.ts'
import { transpile } from '../code/index.ts'
import { createNodeCodeHost } from './code-host.ts'

const row = { fields: [field('k', types.string), field('n', types.bigint)] }
const limits = { deadlineMs: 3_000, memoryBytesMax: 400 * 1024 * 1024 }
let host: CodeHost | undefined

afterEach(() => host?.close())

function programOf(body: string): CodeProgram {
  const transpiled = transpile(body)
  if (!transpiled.ok) throw new Error(transpiled.mistake.message)
  return {
    node: 'velocity',
    javascript: transpiled.javascript,
    input: row,
    keys: [0],
    outputs: [{ side: null, row }],
  }
}

function requestOf(keys: string[]): CodeRequest {
  const builder = new BatchBuilder(row, { capacity: 16, withEventTime: true })
  for (const [index, key] of keys.entries()) {
    const at = builder.addRow(1000 + index)
    builder.setCell(0, at, key)
    builder.setCell(1, at, BigInt(index))
  }
  const distinct = [...new Set(keys)]
  return {
    id: 1,
    watermark: 0,
    now: 5,
    seed: 1,
    keys: distinct.map((key) => ({ values: [key], state: {} })),
    rows: {
      batch: builder.take(),
      keyOf: Int32Array.from(keys.map((key) => distinct.indexOf(key))),
    },
    due: null,
  }
}

function ask(body: string, keys: string[]): Promise<CodeAnswer> {
  host = createNodeCodeHost(limits)
  const session = host.open(programOf(body))
  return new Promise((resolve) => session.run(requestOf(keys), resolve))
}

/** A process function whose third line works on rows of the key `bad`. */
const onBad = (statement: string) => `export const fn = processFunction({
  onElement(row, ctx) {
    if (row.k === 'bad') { ${statement} }
    ctx.emit({ k: row.k, n: row.n })
  },
})`

describe('the code host', () => {
  it('runs a batch and brings back rows, states and timers', async () => {
    const answer = await ask(
      `export const fn = processFunction({
        state: { n: value<bigint>() },
        onElement(row, ctx) {
          const n = (ctx.state.n.get() ?? 0n) + row.n
          ctx.state.n.set(n)
          ctx.timers.eventTime(ctx.eventTime + 60_000)
          ctx.emit({ k: row.k, n })
        },
      })`,
      ['a', 'b', 'a'],
    )
    expect(answer.failure).toBeNull()
    const batch = answer.outputs[0][0]
    const seen = [0, 1, 2].map((i) => [
      cellAt(batch.columns[0], types.string, i),
      cellAt(batch.columns[1], types.bigint, i),
    ])
    expect(seen).toEqual([
      ['a', 0n],
      ['b', 1n],
      ['a', 2n],
    ])
    expect(answer.states).toEqual([
      { key: 0, name: 'n', value: '{"$":"n","v":"2"}' },
      { key: 1, name: 'n', value: '{"$":"n","v":"1"}' },
    ])
    expect(answer.timers.map((timer) => [timer.key, timer.time])).toEqual([
      [0, 61_000],
      [1, 61_001],
      [0, 61_002],
    ])
  })

  it('names line and row of code that throws', async () => {
    const answer = await ask(onBad(`throw new Error('amount is null')`), ['a', 'bad'])
    expect(answer.failure).toEqual({
      message: 'amount is null',
      line: 3,
      row: 1,
      code: 'user-code-threw',
    })
  })

  it.each([
    ['a loop', 'for (;;) {}'],
    ['a regular expression', `/^(a+)+$/.test('a'.repeat(60) + '!')`],
    ['a promise', 'const again = () => Promise.resolve().then(again); again()'],
  ])('ends %s that does not end, and names row and line', async (_name, statement) => {
    const answer = await ask(onBad(statement), ['a', 'a', 'bad'])
    expect(answer.failure).toMatchObject({ code: 'user-code-endless', row: 2, line: 3 })
  })

  it.each([
    ['recursion without end', 'const down = (n) => down(n + 1) + 1; down(0)', /call stack/],
    [
      'more rows than can be held',
      'for (;;) ctx.emit({ k: row.k, n: 1n })',
      /more than 1000000 rows/,
    ],
  ])('ends %s, and names row and line', async (_name, statement, message) => {
    const answer = await ask(onBad(statement), ['a', 'bad'])
    expect(answer.failure).toMatchObject({ code: 'user-code-threw', row: 1, line: 3 })
    expect(answer.failure?.message).toMatch(message)
  })

  it.each([
    [
      'waits',
      `export const fn = processFunction({
        async onElement(row, ctx) { await null; ctx.emit({ k: row.k, n: row.n }) },
      })`,
      /onElement is asynchronous/,
    ],
    [
      'goes on behind its end',
      `export const fn = processFunction({
        onElement(row, ctx) { Promise.resolve().then(() => ctx.emit({ k: row.k, n: row.n })) },
      })`,
      /after onElement or onTimer had returned/,
    ],
  ])('refuses code that %s', async (_name, body, message) => {
    const answer = await ask(body, ['a'])
    expect(answer.failure?.message).toMatch(message)
    expect(answer.outputs.flat()).toEqual([])
  })

  it('names line, key and time of a timer that throws', async () => {
    host = createNodeCodeHost(limits)
    const session = host.open(
      programOf(`export const fn = processFunction({
        onElement() {},
        onTimer(time, ctx) { throw new Error('no rate') },
      })`),
    )
    const request = requestOf(['a'])
    const due = { domain: 'event' as const, until: 2000, timers: [{ key: 0, time: 1500 }] }
    const answer = await new Promise<CodeAnswer>((resolve) =>
      session.run({ ...request, rows: null, due }, resolve),
    )
    expect(answer.failure).toMatchObject({ code: 'user-code-threw', row: null, line: 3 })
    expect(answer.failure?.message).toBe('no rate (onTimer of a, set for 1970-01-01T00:00:01.500Z)')
  })

  it.each([
    ['{ deep: [() => 1] }', 'it holds a function'],
    ['self', 'contains itself'],
  ])('refuses %s as state, and names row and line', async (value, why) => {
    const answer = await ask(
      `export const fn = processFunction({
        state: { kept: value() },
        onElement(row, ctx) {
          const self = {}; self.self = self
          ctx.state.kept.set(${value})
        },
      })`,
      ['a'],
    )
    expect(answer.failure).toMatchObject({ code: 'user-code-threw', row: 0, line: 5 })
    expect(answer.failure?.message).toContain(`cannot be kept as state: it`)
    expect(answer.failure?.message).toContain(why)
  })

  it('ends code that never comes to its first row, and names the line', async () => {
    const answer = await ask('const hog = 1\nfor (;;) {}', ['a'])
    expect(answer.failure).toMatchObject({ code: 'user-code-endless', row: null, line: 2 })
  })

  it.each([
    ['an array', 'const hog = []; for (;;) hog.push(new Array(1000).fill(hog.length + 0.5))'],
    [
      'a Map',
      'const hog = new Map(); for (let i = 0; ; i++) hog.set(i, new Array(500).fill(i + 0.5))',
    ],
    ['typed arrays', 'const hog = []; for (;;) hog.push(new Float64Array(4e6).fill(1))'],
    ['a string', `let hog = 'x'; for (let i = 0; ; i++) hog = (hog + i).repeat(2)`],
  ])(
    'ends %s that takes all memory, names row and line, and the parent lives',
    async (_name, statement) => {
      const answer = await ask(onBad(statement), ['a', 'bad'])
      expect(answer.failure).toMatchObject({ code: 'user-code-memory', row: 1, line: 3 })
    },
  )

  it('gives no ambient authority', async () => {
    const answer = await ask(
      `export const fn = processFunction({
        onElement(row, ctx) {
          const names = ['process', 'require', 'fetch', 'setTimeout', 'Buffer', 'WebAssembly']
          ctx.emit({ k: names.filter((name) => typeof globalThis[name] !== 'undefined').join(), n: BigInt(Date.now()) })
        },
      })`,
      ['a'],
    )
    expect(answer.failure).toBeNull()
    expect(cellAt(answer.outputs[0][0].columns[0], types.string, 0)).toBe('')
    expect(cellAt(answer.outputs[0][0].columns[1], types.bigint, 0)).toBe(5n)
  })
})
