/** Tidy: rules that neither types nor lint can check, over every file that git knows. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
const files = listed.split('\n').filter((path) => path !== '' && existsSync(path))
const isSource = (path: string) => /\.(ts|tsx|mjs|cjs)$/.test(path)
const isGenerated = (path: string) => /(\/generated\/|\.gen\.ts$)/.test(path)
const isTest = (path: string) => /(\.test\.tsx?$|\/testing\/|\/foreign\/)/.test(path)
const text = (path: string) => readFileSync(path, 'utf8')

/** Lines of `paths` that match, as `path:line: text`. */
function offences(paths: string[], pattern: RegExp): string[] {
  const found: string[] = []
  for (const path of paths) {
    const lines = text(path).split('\n')
    for (let i = 0; i < lines.length; i++) {
      if (pattern.test(lines[i])) found.push(`${path}:${i + 1}: ${lines[i].trim().slice(0, 120)}`)
    }
  }
  return found
}

const authored = files.filter((path) => isSource(path) && !isGenerated(path))

describe('tidy', () => {
  it('keeps every authored file at 500 lines or fewer', () => {
    const long = authored.filter((path) => text(path).split('\n').length > 501)
    expect(long).toEqual([])
  })

  it('starts every source file with a sentence that says what it is', () => {
    const bare = authored.filter((path) => {
      if (
        !/^(packages|apps|sim|bench|e2e)\//.test(path) ||
        isTest(path) ||
        /\.config\.ts$/.test(path)
      )
        return false
      return !/^(#!.*\n)?\s*(\/\*\*|\/\/|\/\/\/)/.test(text(path))
    })
    expect(bare).toEqual([])
  })

  it('takes clock, random, timers and files as arguments outside packages/base', () => {
    const core = authored.filter(
      (path) =>
        /^(packages\/(schemas|broker|engine|nodes)\/src|sim\/src)\//.test(path) &&
        !isTest(path) &&
        !/(host-node|\/tcp\/|\/node\/|\.node\.ts$|sim\/src\/main\.ts)/.test(path),
    )
    expect(core.length).toBeGreaterThan(20)
    const ambient =
      /Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|hrtime|randomUUID|\b(setTimeout|setInterval|setImmediate)\(|from ['"](node:)?(fs|timers)/
    expect(offences(core, ambient)).toEqual([])
  })

  it('evaluates generated code in one place only', () => {
    const engine = authored.filter((path) => /^packages\//.test(path) && !isTest(path))
    const evaluators = offences(engine, /\bnew Function\(|\beval\(/).map(
      (line) => line.split(':')[0],
    )
    const allowed = ['packages/engine/src/expressions/evaluate-source.ts']
    expect([...new Set(evaluators)].filter((path) => !allowed.includes(path))).toEqual([])
  })

  it('has no focused, skipped without reason, empty or sleeping test', () => {
    const tests = files.filter(
      (path) => /\.(test|spec)\.tsx?$/.test(path) && !path.endsWith('tidy.test.ts'),
    )
    expect(
      offences(tests, /\b(it|test|describe)\.(only|todo|fixme)\b|waitForTimeout|expect\(true\)/),
    ).toEqual([])
  })

  it('leaves nothing for later in the code', () => {
    const product = authored.filter((path) => !path.endsWith('tidy.test.ts'))
    expect(offences(product, /\b(TODO|FIXME|XXX)\b|not implemented/i)).toEqual([])
  })

  it('names no machine path and no package registry', () => {
    const readable = files.filter(
      (path) => !/\.(png|webm|woff2|ico|gif|mp4)$/.test(path) && !path.endsWith('tidy.test.ts'),
    )
    const hosts = [
      'registry.npm' + 'js',
      'files.python' + 'hosted',
      'repo1.ma' + 'ven',
      'proxy.go' + 'lang',
    ]
    const pattern = new RegExp(
      `(^|[^.\\w])/(work|farm|home|root)/|${hosts.join('|').replaceAll('.', '\\.')}`,
    )
    expect(offences(readable, pattern)).toEqual([])
  })

  it('has a lock file that holds every platform of every optional dependency', () => {
    const lock = JSON.parse(text('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>
    }
    const names = new Set(
      Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)),
    )
    const missing: string[] = []
    for (const [path, entry] of Object.entries(lock.packages)) {
      for (const name of Object.keys(entry.optionalDependencies ?? {})) {
        if (!names.has(name)) missing.push(`${path} wants ${name}`)
      }
    }
    expect(missing).toEqual([])
  })
})
