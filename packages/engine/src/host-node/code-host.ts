/** Keeps user code in a child process that can be ended: deadline and memory are watched from here, never from inside. */
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { assert } from '@millrace/base'
import { entryFile } from '@millrace/base/node'
import type {
  CodeAnswer,
  CodeFailure,
  CodeHost,
  CodeProgram,
  CodeRequest,
  CodeSession,
} from '../code/index.ts'
import { adoptBatch, compactBatch } from '../code/index.ts'
import {
  type FromCodeHost,
  progress,
  progressBytes,
  progressFd,
  type ToCodeHost,
} from './code-host-messages.ts'

export interface CodeHostLimits {
  /** Longest time for one request. */
  deadlineMs: number
  /** Most resident memory of the child. */
  memoryBytesMax: number
}

export const defaultCodeHostLimits: CodeHostLimits = {
  deadlineMs: 5_000,
  memoryBytesMax: 512 * 1024 * 1024,
}

/** How often memory is looked at while a request is open. */
const watchEveryMs = 20
/** V8's own heap limit of the child, MiB: below `memoryBytesMax`, so that the usual hog ends with V8's message. */
const heapMegabytesMax = 256

interface Waiting {
  session: number
  request: CodeRequest
  onAnswer: (answer: CodeAnswer) => void
}

/** One child for all process functions of a job on this worker; started with the first session. */
export function createNodeCodeHost(limits: CodeHostLimits = defaultCodeHostLimits): CodeHost {
  const programs = new Map<number, CodeProgram>()
  let nextSession = 1
  let child: WatchedChild | null = null

  const start = () => {
    child ??= new WatchedChild(limits, (waiting, failure) => {
      child = null
      blame(limits, programs.get(waiting.session), waiting, failure)
    })
    return child
  }
  return {
    open(program: CodeProgram): CodeSession {
      const session = nextSession++
      programs.set(session, program)
      let openedIn: WatchedChild | null = null
      return {
        run(request, onAnswer) {
          const current = start()
          if (openedIn !== current) {
            current.send({ is: 'open', session, program, diagnose: false })
            openedIn = current
          }
          current.run({ session, request, onAnswer })
        },
        close() {
          programs.delete(session)
          openedIn?.send({ is: 'close', session })
        },
      }
    },
    close() {
      child?.end()
      child = null
    },
  }
}

/** Runs the request that ended the child once more, in a fresh one that reports each row first, to name the record. */
function blame(
  limits: CodeHostLimits,
  program: CodeProgram | undefined,
  waiting: Waiting,
  first: CodeFailure,
): void {
  assert(program, 'a request of a session that was never opened')
  const answerWith = (failure: CodeFailure) =>
    waiting.onAnswer({ id: waiting.request.id, failure, outputs: [], states: [], timers: [] })
  const diagnosing = new WatchedChild(limits, (_, again) => answerWith(again))
  diagnosing.send({ is: 'open', session: waiting.session, program, diagnose: true })
  diagnosing.run({
    ...waiting,
    onAnswer: (answer) => {
      diagnosing.end()
      answerWith(answer.failure ?? first)
    },
  })
}

class WatchedChild {
  private readonly process: ChildProcess
  private readonly limits: CodeHostLimits
  private readonly waiting: Waiting[] = []
  private readonly onDeath: (head: Waiting, failure: CodeFailure) => void
  private watch: NodeJS.Timeout | undefined
  /** When the head request began to run; a child that is not up yet has no deadline. */
  private headSince = Number.POSITIVE_INFINITY
  private ready = false
  private stderr = ''
  private verdict: CodeFailure['code'] | null = null
  private lastRow: number | null = null
  private lastLine: number | null = null
  private progressLeft = Buffer.alloc(0)
  private ended = false

  constructor(limits: CodeHostLimits, onDeath: (head: Waiting, failure: CodeFailure) => void) {
    this.limits = limits
    this.onDeath = onDeath
    const { file, env } = entryFile(new URL('./code-host-child.ts', import.meta.url))
    this.process = fork(file, [], {
      env: { ...env, PATH: process.env.PATH },
      execArgv: [`--max-old-space-size=${heapMegabytesMax}`],
      serialization: 'advanced',
      stdio: ['pipe', 'ignore', 'pipe', 'ipc', 'pipe'],
    })
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-4000)
    })
    const told = this.process.stdio[progressFd]
    told?.on('data', (chunk: Buffer) => this.readProgress(chunk))
    this.process.on('message', (message: FromCodeHost) => this.receive(message))
    this.process.on('close', () => this.died())
  }

  send(message: ToCodeHost): void {
    if (this.process.connected) this.process.send(message)
  }

  run(waiting: Waiting): void {
    this.waiting.push(waiting)
    if (this.waiting.length === 1) this.startWatch()
    const { request } = waiting
    const rows = request.rows ? { ...request.rows, batch: compactBatch(request.rows.batch) } : null
    this.send({ is: 'run', session: waiting.session, request: { ...request, rows } })
  }

  end(): void {
    this.ended = true
    clearInterval(this.watch)
    this.process.kill('SIGKILL')
  }

  private receive(message: FromCodeHost): void {
    if (message.is === 'ready') {
      this.ready = true
      this.headSince = performance.now()
    }
    if (message.is !== 'answer') return
    const head = this.waiting.shift()
    assert(head && head.request.id === message.answer.id, 'the code host answered out of order')
    clearInterval(this.watch)
    if (this.waiting.length > 0) this.startWatch()
    const outputs = message.answer.outputs.map((batches) => batches.map(adoptBatch))
    head.onAnswer({ ...message.answer, outputs })
  }

  private readProgress(chunk: Buffer): void {
    const bytes = Buffer.concat([this.progressLeft, chunk])
    const end = bytes.length - (bytes.length % progressBytes)
    this.progressLeft = bytes.subarray(end)
    for (let at = 0; at < end; at += progressBytes) {
      const value = bytes.readInt32LE(at + 4)
      if (bytes.readInt32LE(at) === progress.row) {
        this.lastRow = value
        this.lastLine = null
      } else this.lastLine = value
    }
  }

  private startWatch(): void {
    if (this.ready) this.headSince = performance.now()
    this.watch = setInterval(() => this.look(), watchEveryMs)
  }

  private look(): void {
    if (residentBytes(this.process.pid) > this.limits.memoryBytesMax) this.kill('user-code-memory')
    else if (performance.now() - this.headSince > this.limits.deadlineMs)
      this.kill('user-code-endless')
  }

  private kill(verdict: CodeFailure['code']): void {
    this.verdict ??= verdict
    this.process.kill('SIGKILL')
  }

  private died(): void {
    clearInterval(this.watch)
    const head = this.waiting.shift()
    if (this.ended || !head) return
    const outOfMemory = /heap out of memory|Allocation failed|invalid (array|table) size/i.test(
      this.stderr,
    )
    const code = this.verdict ?? (outOfMemory ? 'user-code-memory' : 'user-code-crashed')
    const row = this.lastRow !== null && this.lastRow >= 0 ? this.lastRow : null
    this.onDeath(head, { message: this.describe(code), line: this.lastLine, row, code })
  }

  private describe(code: CodeFailure['code']): string {
    if (code === 'user-code-endless') {
      return `The code did not finish within ${this.limits.deadlineMs / 1000} s: an endless loop, or a regular expression that backtracks.`
    }
    if (code === 'user-code-memory') {
      return `The code used more than ${Math.min(this.limits.memoryBytesMax / 1048576, heapMegabytesMax)} MiB of memory.`
    }
    const said = this.stderr
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('Waiting for the debugger'))
    return `The code host ended unexpectedly. ${said.at(-1) ?? ''}`.trim()
  }
}

/** Resident memory of a process, bytes; 0 where the system does not tell. */
function residentBytes(pid: number | undefined): number {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]
    return Number(pages) * 4096
  } catch {
    return 0
  }
}
