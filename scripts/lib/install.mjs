// Brings node_modules up to date with the lock file.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { contentHash, inRoot, run } from './project.mjs'

const stamp = inRoot('node_modules', '.millrace-lock')

/** Runs `npm ci` when the lock file is not the one that node_modules was made from. */
export async function installWhenNeeded() {
  const wanted = contentHash(['package-lock.json'])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error('Installing packages (npm ci), about a minute the first time …')
  const { code } = await run('npm', [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  if (code !== 0) {
    console.error('npm ci failed. Check the network and try again; nothing else was changed.')
    process.exit(code)
  }
  writeFileSync(stamp, wanted)
}
