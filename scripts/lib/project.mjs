// Paths and small process helpers that all scripts share; nothing here needs node_modules.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '')

export function inRoot(...parts) {
  return join(root, ...parts)
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`Millrace needs Node 20.19 or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

/** Runs a command; resolves with its exit code and, when `capture`, what it printed. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: options.capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      env: { ...process.env, ...options.env },
      shell: process.platform === 'win32',
    })
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
    })
    child.stderr?.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** The path of a tool in node_modules/.bin. */
export function tool(name) {
  return inRoot('node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)
}

const skipped = new Set(['node_modules', 'dist', '.build', 'test-results'])

function* filesBelow(path) {
  if (!existsSync(path)) return
  if (!statSync(path).isDirectory()) {
    yield path
    return
  }
  for (const name of readdirSync(path).sort()) {
    if (!skipped.has(name)) yield* filesBelow(join(path, name))
  }
}

/** A hash of the contents below `paths` (relative to the root): tells whether something is out of date. */
export function contentHash(paths) {
  const hash = createHash('sha1')
  for (const path of paths) {
    for (const file of filesBelow(inRoot(path)))
      hash.update(file.slice(root.length)).update(readFileSync(file))
  }
  return hash.digest('hex')
}
