/** The product as a process: started as a user starts it, on free ports and a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { PipelineDocument } from '@millrace/schemas'

/** Building on a fresh machine takes a while. */
const startTimeoutMs = 300_000

export interface ProductOptions {
  /** Run the server's sources instead of its build. */
  fromSource: boolean
  nodeFlags: readonly string[]
}

export async function startProduct(options: ProductOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const ready = join(folder, 'ready.json')
  const from = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
  const script = options.fromSource
    ? ['--import', 'tsx', ...options.nodeFlags, from('apps/server/src/main.ts'), 'start']
    : [...options.nodeFlags, from('scripts/start.mjs')]
  const ports = ['--port', '0', '--kafka-port', '0', '--registry-port', '0']
  const flags = ['--data', join(folder, 'data'), ...ports, '--ready-file', ready, '--no-templates']
  const child = spawn(process.execPath, [...script, ...flags], {
    cwd: from('.'),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await untilReady(child, ready)
  const addresses = JSON.parse(readFileSync(ready, 'utf8')) as { studio: string; kafka: string }
  const [host, port] = addresses.kafka.split(':')
  return {
    pid: child.pid ?? 0,
    studio: addresses.studio,
    kafka: { host, port: Number(port) },
    api: apiOf(addresses.studio),
    async stop(): Promise<void> {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type ProductApi = ReturnType<typeof apiOf>

/** The procedures of the studio's API that the benchmark needs. */
function apiOf(studio: string) {
  const call = async <Answer>(procedure: string, input: unknown): Promise<Answer> => {
    const response = await fetch(`${studio}/trpc/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    const body = (await response.json()) as { result?: { data: Answer }; error?: unknown }
    if (body.result === undefined) throw new Error(`${procedure}: ${JSON.stringify(body.error)}`)
    return body.result.data
  }
  return {
    create: (name: string, document: PipelineDocument) =>
      call<{ id: string; revision: number }>('pipelines.create', { name, document }),
    deploy: (id: string, revision: number) =>
      call<{ ok: boolean }>('pipelines.deploy', { id, revision }),
    stop: (id: string) => call<void>('pipelines.stop', { id }),
  }
}

async function untilReady(child: ChildProcess, ready: string): Promise<void> {
  for (let waited = 0; !existsSync(ready); waited += 50) {
    if (child.exitCode !== null) throw new Error(`The server ended with code ${child.exitCode}.`)
    if (waited > startTimeoutMs) throw new Error('The server did not become ready in time.')
    await sleep(50)
  }
}
