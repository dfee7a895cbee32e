/** Runs kcat (librdkafka's command line). Where it is not installed tests are skipped with the reason; under CI they fail. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'

const version = spawnSync('kcat', ['-V'], { encoding: 'utf8' })

/** Undefined when kcat can be run, else why not. */
export const kcatMissing: string | undefined =
  version.error === undefined
    ? undefined
    : 'kcat is not installed (Debian: apt-get install kcat); librdkafka was not tested'

export const underCi = process.env.CI === '1' || process.env.CI === 'true'

export interface KcatResult {
  code: number | null
  out: string
  err: string
}

/** Runs kcat to its end. */
export function kcat(args: readonly string[], input = ''): Promise<KcatResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('kcat', args)
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => (out += chunk))
    child.stderr.on('data', (chunk) => (err += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
    child.stdin.end(input)
  })
}

/** A kcat that runs on, whose lines can be awaited. */
export class RunningKcat {
  readonly lines: string[] = []
  private readonly child: ChildProcessWithoutNullStreams
  private waiters: { matches(line: string): boolean; resolve(line: string): void }[] = []

  constructor(args: readonly string[]) {
    this.child = spawn('kcat', args)
    this.child.stdin.end()
    for (const stream of [this.child.stdout, this.child.stderr]) {
      let rest = ''
      stream.on('data', (chunk) => {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) this.take(line)
      })
    }
  }

  private take(line: string): void {
    this.lines.push(line)
    this.waiters = this.waiters.filter((waiter) => {
      if (!waiter.matches(line)) return true
      waiter.resolve(line)
      return false
    })
  }

  /** The next line from now on that matches. */
  nextLine(matches: (line: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      this.waiters.push({ matches, resolve })
    })
  }

  /** Ends it by SIGTERM, upon which it leaves its group. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (this.child.exitCode !== null) return resolve()
      this.child.on('close', () => resolve())
      this.child.kill('SIGTERM')
    })
  }
}
