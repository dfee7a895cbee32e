/** The product as a process: started as a user starts it, on free ports and a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { AppRouter } from '@millrace/server'
import { createTRPCClient, httpLink } from '@trpc/client'

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
    kafka: { host, port: Number(port) },
    api: createTRPCClient<AppRouter>({ links: [httpLink({ url: `${addresses.studio}/trpc` })] }),
    async stop(): Promise<void> {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilReady(child: ChildProcess, ready: string): Promise<void> {
  for (let waited = 0; !existsSync(ready); waited += 50) {
    if (child.exitCode !== null) throw new Error(`The server ended with code ${child.exitCode}.`)
    if (waited > startTimeoutMs) throw new Error('The server did not become ready in time.')
    await sleep(50)
  }
}
