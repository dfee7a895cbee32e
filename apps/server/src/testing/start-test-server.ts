/** The whole server on free ports over a temporary directory, for tests; and pipelines to run on it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StartOptions } from '../options.ts'
import { createCaller } from '../router.ts'
import { type RunningServer, startServer } from '../server.ts'

export interface TestServer {
  server: RunningServer
  caller: ReturnType<typeof createCaller>
  /** A caller whose subscriptions end with `signal`. */
  until(signal: AbortSignal): ReturnType<typeof createCaller>
  directory: string
  /** Ends the server and starts another one on the same directory. */
  restart(): Promise<void>
  close(): Promise<void>
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'millrace-test-'))
}

export function testOptions(directory: string, changes: Partial<StartOptions> = {}): StartOptions {
  const free = (flag: string) => ({ port: 0, chosen: true, flag })
  return {
    dataDirectory: directory,
    host: '127.0.0.1',
    studioPort: free('--port'),
    kafkaPort: free('--kafka-port'),
    registryPort: free('--registry-port'),
    open: false,
    templates: true,
    allowedHosts: [],
    readyFile: null,
    ...changes,
  }
}

export async function startTestServer(changes: Partial<StartOptions> = {}): Promise<TestServer> {
  const directory = temporaryDirectory()
  const start = () => startServer(testOptions(directory, changes), reportToStderr)
  const server = await start()
  const test: TestServer = {
    server,
    caller: createCaller({ services: server.services }),
    directory,
    until: (signal) => createCaller({ services: test.server.services }, { signal }),
    async restart() {
      await test.server.close()
      test.server = await start()
      test.caller = createCaller({ services: test.server.services })
    },
    async close() {
      await test.server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return test
}

function reportToStderr(message: string, cause?: unknown): void {
  process.stderr.write(`${message} ${cause instanceof Error ? cause.stack : ''}\n`)
}

/** Waits until `read` gives what `isThere` wants; fails after `ms` with what it gave last. */
export async function eventually<T>(
  read: () => Promise<T>,
  isThere: (value: T) => boolean,
  ms = 30_000,
): Promise<T> {
  const deadline = Date.now() + ms
  for (;;) {
    const value = await read()
    if (isThere(value)) return value
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(value)?.slice(0, 2000)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The next value of a subscription. */
export async function nextOf<T>(values: AsyncIterator<T, unknown>): Promise<T> {
  const next = await values.next()
  if (next.done) throw new Error('the subscription ended')
  return next.value
}
