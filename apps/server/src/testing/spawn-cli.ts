/** Starts the command as a process of its own, from source, and waits for its ready file. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from './start-test-server.ts'

export interface Spawned {
  child: ChildProcess
  /** What it printed so far. */
  output(): string
  errors(): string
  /** Resolves with the exit code. */
  exited: Promise<number | null>
}

export interface Ready {
  studio: string
  kafka: string
  registry: string
  pid: number
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

export function spawnCli(argv: readonly string[]): Spawned {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  return {
    child,
    output: () => output,
    errors: () => errors,
    exited: once(child, 'exit').then(([code]) => code as number | null),
  }
}

export const freePorts = ['--port', '0', '--kafka-port', '0', '--registry-port', '0']

/** Started on free ports over `directory`; resolves once it is ready. */
export async function startCli(
  directory: string,
  flags: readonly string[] = freePorts,
): Promise<Spawned & { ready: Ready }> {
  const readyFile = join(directory, `ready-${process.hrtime.bigint()}.json`)
  const spawned = spawnCli([
    'start',
    '--data',
    join(directory, 'data'),
    '--ready-file',
    readyFile,
    ...flags,
  ])
  const gone = spawned.exited.then((code) => {
    throw new Error(`ended with ${code}: ${spawned.output()}${spawned.errors()}`)
  })
  gone.catch(() => undefined)
  const ready = await Promise.race([
    eventually(
      async () => readyIn(readyFile),
      (found) => found !== undefined,
      30_000,
    ),
    gone,
  ])
  if (!ready) throw new Error('the ready file did not come')
  return { ...spawned, ready }
}

function readyIn(file: string): Ready | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Ready
  } catch {
    return undefined
  }
}
