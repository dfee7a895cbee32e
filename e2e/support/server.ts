/** The real product as a process: the built `millrace start`, ended by signals, started again on its data. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Addresses {
  studio: string
  kafka: string
  registry: string
  pid: number
}

const startScript = fileURLToPath(new URL('../../apps/server/bin/millrace.mjs', import.meta.url))
const startTimeoutMs = 60_000

export class StudioServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-'))
  addresses!: Addresses
  private process: ChildProcess | undefined
  private output = ''

  /** Starts on free ports the first time, on the same ports afterwards. */
  async start(flags: readonly string[] = []): Promise<void> {
    const ready = join(this.folder, `ready-${this.output.length}.json`)
    const again = this.addresses as Addresses | undefined
    const ports = again ? portsOf(again) : ['0', '0', '0']
    const child = spawn(
      process.execPath,
      [
        startScript,
        'start',
        '--data',
        join(this.folder, 'data'),
        ...['--port', ports[0], '--kafka-port', ports[1], '--registry-port', ports[2]],
        ...['--ready-file', ready],
        ...flags,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    this.process = child
    const keep = (chunk: Buffer) => {
      this.output = (this.output + chunk.toString()).slice(-20_000)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    await this.untilReady(child, ready)
    this.addresses = JSON.parse(readFileSync(ready, 'utf8')) as Addresses
  }

  /** What it printed so far. */
  get log(): string {
    return this.output
  }

  async signal(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill(signal)
    await ended
  }

  async dispose(): Promise<void> {
    await this.signal('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  private untilReady(child: ChildProcess, ready: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const watcher = watch(this.folder, () => {
        if (existsSync(ready)) settle()
      })
      const timer = setTimeout(() => settle('did not become ready in time'), startTimeoutMs)
      const settle = (problem?: string) => {
        clearTimeout(timer)
        watcher.close()
        if (problem) reject(new Error(`The server ${problem}:\n${this.output}`))
        else resolve()
      }
      child.once('close', (code) => settle(`ended with code ${code}`))
      if (existsSync(ready)) settle()
    })
  }
}

function portsOf(addresses: Addresses): string[] {
  return [addresses.studio, `http://${addresses.kafka}`, addresses.registry].map(
    (url) => new URL(url).port,
  )
}
