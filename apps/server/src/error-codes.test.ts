import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

function sources(directory: string): string[] {
  return readdirSync(`${root}${directory}`, { recursive: true, encoding: 'utf8' })
    .map((file) => `${root}${directory}/${file}`)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
}

it('docs/errors.md lists every code of an AppError', () => {
  const listed = new Set(
    [...readFileSync(`${root}docs/errors.md`, 'utf8').matchAll(/`([a-z0-9-]+)`/g)].map(
      ([, code]) => code,
    ),
  )
  const packages = readdirSync(`${root}packages`).map((name) => `packages/${name}/src`)
  const missing = new Set<string>()
  for (const file of [...packages, 'apps/server/src'].flatMap(sources)) {
    const text = readFileSync(file, 'utf8')
    for (const [, code] of text.matchAll(/new AppError\([^;]{0,600}?code: '([a-z0-9-]+)'/gs)) {
      if (!listed.has(code)) missing.add(`${code} (${file.slice(root.length)})`)
    }
  }
  expect([...missing]).toEqual([])
})
