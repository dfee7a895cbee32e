import { expect, it } from 'vitest'
import { transpile } from './transpile.ts'

it('removes types and keeps every line in its place', () => {
  const transpiled = transpile(
    `interface A {\n  x: number\n}\nexport const fn: A = { x: 1 as number }`,
  )
  expect(transpiled.ok && transpiled.javascript.split('\n')[3]).toContain('const fn = { x: 1')
})

it.each([
  ['const a = 1\nimport("fs")', 2, 'import() is not available'],
  ['\n\nimport fs from "node:fs"', 3, 'imports nothing'],
  ['const a = "<!--"', 1, 'HTML comment marks'],
  ['const fs = require("fs")', 1, 'require() is not available'],
  ['const = 5', 1, 'does not parse'],
])('refuses %j and names line %d', (code, line, words) => {
  const transpiled = transpile(code)
  expect(transpiled).toMatchObject({ ok: false, mistake: { line } })
  expect(!transpiled.ok && transpiled.mistake.message).toContain(words)
})
