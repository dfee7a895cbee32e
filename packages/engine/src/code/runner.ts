/** Runs requests through one process function, in whatever compartment `evaluate` belongs to. Synchronous and deterministic. */
import { messageOf } from '@millrace/base'
import type { Batch, CellValue, RowType } from '@millrace/schemas'
import { cellAt } from '@millrace/schemas'
import { OutputRows } from './output-rows.ts'
import type {
  CodeAnswer,
  CodeFailure,
  CodeProgram,
  CodeRequest,
  TimerChange,
  TimerDomain,
} from './program.ts'
import { decodeValue, encodeValue } from './value-codec.ts'

/** Evaluates an expression that is a function; the only way in. */
export type Evaluate = (source: string) => unknown

export interface RunnerOptions {
  /** Called before each row (its index) and timer (-1): a way to see how far code came that never returns. */
  onStep?(row: number): void
  log?(text: string): void
}

interface Definition {
  state?: Record<string, unknown>
  onElement(row: Record<string, CellValue>, ctx: unknown): void
  onTimer?(time: number, ctx: unknown, domain: TimerDomain): void
}

export type Runner = (request: CodeRequest) => CodeAnswer

/** Where the code's own lines begin in a stack trace. */
const sourceName = 'process-function.ts'

/** Globals bound as parameters of the compiled function: a look-up in a compartment costs far more than a parameter. */
// biome-ignore format: a list reads better in few lines
const boundGlobals = [
  'Object', 'Array', 'String', 'Number', 'Boolean', 'BigInt', 'Map', 'Set', 'WeakMap', 'JSON', 'RegExp', 'Symbol',
  'Error', 'TypeError', 'RangeError', 'Uint8Array', 'Int32Array', 'Float64Array', 'BigInt64Array', 'parseInt',
  'parseFloat', 'isNaN', 'isFinite', 'Infinity', 'NaN', 'undefined',
]

/** What the code sees of time and chance; one instance serves all requests of a runner. */
interface Ambient {
  now: number
  random: () => number
}

/**
 * Prepares `program`. Throws a `CodeFailure`-shaped `UserCodeError` when the code does not evaluate or exports no
 * process function.
 */
export function createRunner(
  program: CodeProgram,
  evaluate: Evaluate,
  options: RunnerOptions = {},
): Runner {
  const ambient: Ambient = { now: 0, random: () => 0 }
  const lines = lineOffset(evaluate)
  const definition = loadDefinition(program, evaluate, ambient, lines, options)
  const stateNames = Object.keys(definition.state ?? {})
  const session = new Session(program, stateNames, ambient)
  return (request) => {
    ambient.now = request.now
    ambient.random = randomOf(request.seed)
    session.begin(request)
    try {
      if (request.rows) runRows(session, definition, request.rows, options)
      else runTimers(session, definition, request, options)
    } catch (thrown) {
      return session.fail(failureOf(thrown, lines, session.row))
    }
    return session.answer()
  }
}

/** Code that cannot even be loaded. */
export class UserCodeError extends Error {
  override readonly name = 'UserCodeError'
  readonly failure: CodeFailure

  constructor(failure: CodeFailure) {
    super(failure.message)
    this.failure = failure
  }
}

function runRows(
  session: Session,
  definition: Definition,
  rows: { batch: Batch; keyOf: Int32Array },
  options: RunnerOptions,
): void {
  const { batch, keyOf } = rows
  for (let i = 0; i < batch.length; i++) {
    options.onStep?.(i)
    const eventTime =
      batch.eventTimes === null || Number.isNaN(batch.eventTimes[i]) ? null : batch.eventTimes[i]
    session.enter(i, keyOf[i], eventTime)
    definition.onElement(session.rowObject(batch, i), session.context)
  }
}

function runTimers(
  session: Session,
  definition: Definition,
  request: CodeRequest,
  options: RunnerOptions,
): void {
  for (const timer of request.timers) {
    options.onStep?.(-1)
    session.enter(null, timer.key, timer.time)
    definition.onTimer?.(timer.time, session.context, timer.domain)
  }
}

/** The state of one request: what `ctx` reads and writes. */
class Session {
  readonly context: Record<string, unknown>
  row: number | null = null
  private readonly program: CodeProgram
  private readonly outputs: OutputRows[]
  private request: CodeRequest | null = null
  private key = 0
  private eventTime: number | null = null
  private changed = new Map<string, { key: number; name: string; value: string | null }>()
  private timers: TimerChange[] = []

  constructor(program: CodeProgram, stateNames: readonly string[], ambient: Ambient) {
    this.program = program
    this.outputs = program.outputs.map(
      (output) => new OutputRows(output.row, output.side === null ? 'emit' : `side ${output.side}`),
    )
    this.context = this.makeContext(stateNames, ambient)
  }

  begin(request: CodeRequest): void {
    this.request = request
    this.row = null
    this.changed = new Map()
    this.timers = []
  }

  enter(row: number | null, key: number, eventTime: number | null): void {
    this.row = row
    this.key = key
    this.eventTime = eventTime
  }

  rowObject(batch: Batch, row: number): Record<string, CellValue> {
    return objectOf(this.program.input, batch, row)
  }

  answer(): CodeAnswer {
    return {
      id: this.current().id,
      failure: null,
      outputs: this.outputs.map((output) => output.take()),
      states: [...this.changed.values()],
      timers: this.timers,
    }
  }

  fail(failure: CodeFailure): CodeAnswer {
    for (const output of this.outputs) output.take()
    return {
      id: this.current().id,
      failure,
      outputs: this.outputs.map(() => []),
      states: [],
      timers: [],
    }
  }

  private current(): CodeRequest {
    if (!this.request) throw new Error('no request is open')
    return this.request
  }

  private makeContext(stateNames: readonly string[], ambient: Ambient): Record<string, unknown> {
    const self = this
    const state: Record<string, unknown> = {}
    for (const name of stateNames) {
      state[name] = Object.freeze({
        get: () => self.getState(name),
        set: (value: unknown) => self.putState(name, encodeValue(value)),
        clear: () => self.putState(name, null),
      })
    }
    const timer = (domain: TimerDomain, set: boolean) => (time: unknown) =>
      self.changeTimer(domain, time, set)
    return Object.freeze({
      get key() {
        return self.keyValue()
      },
      get eventTime() {
        return self.eventTime
      },
      state: Object.freeze(state),
      timers: Object.freeze({
        eventTime: timer('event', true),
        processingTime: timer('processing', true),
        deleteEventTime: timer('event', false),
        deleteProcessingTime: timer('processing', false),
      }),
      watermark: () => self.current().watermark,
      now: () => ambient.now,
      emit: (row: unknown) => self.outputs[0].add(row, self.eventTime ?? Number.NaN),
      side: (name: unknown, row: unknown) => self.emitSide(name, row),
    })
  }

  private keyValue(): unknown {
    const { values } = this.current().keys[this.key]
    const { keys, input } = this.program
    if (keys.length === 0) return null
    if (keys.length === 1) return values[0]
    return Object.fromEntries(
      keys.map((column, index) => [input.fields[column].name, values[index]]),
    )
  }

  private emitSide(name: unknown, row: unknown): void {
    const index = this.program.outputs.findIndex((output, at) => at > 0 && output.side === name)
    if (index < 0) {
      const declared = this.program.outputs.slice(1).map((output) => output.side)
      throw new Error(
        `There is no side output ${String(name)}; declared are: ${declared.join(', ') || 'none'}.`,
      )
    }
    this.outputs[index].add(row, this.eventTime ?? Number.NaN)
  }

  private getState(name: string): unknown {
    const change = this.changed.get(`${this.key} ${name}`)
    const text = change ? change.value : this.current().keys[this.key].state[name]
    return text === undefined || text === null ? undefined : decodeValue(text)
  }

  private putState(name: string, value: string | null): void {
    this.changed.set(`${this.key} ${name}`, { key: this.key, name, value })
  }

  private changeTimer(domain: TimerDomain, time: unknown, set: boolean): void {
    if (typeof time !== 'number' || !Number.isFinite(time)) {
      throw new Error(
        `A timer's time is a number of milliseconds since the epoch; got ${typeof time} ${String(time)}.`,
      )
    }
    this.timers.push({ key: this.key, domain, time: Math.trunc(time), set })
  }
}

function objectOf(type: RowType, batch: Batch, row: number): Record<string, CellValue> {
  const cells: Record<string, CellValue> = {}
  for (let i = 0; i < type.fields.length; i++) {
    cells[type.fields[i].name] = cellAt(batch.columns[i], type.fields[i].type, row)
  }
  return cells
}

function loadDefinition(
  program: CodeProgram,
  evaluate: Evaluate,
  ambient: Ambient,
  lines: number,
  options: RunnerOptions,
): Definition {
  const made = new WeakSet<object>()
  const exports: Record<string, unknown> = {}
  const parameters = [
    'exports',
    'processFunction',
    'value',
    'console',
    'Date',
    'Math',
    ...boundGlobals,
  ]
  const source = `(function (${parameters.join(', ')}) { ${program.javascript}\n})\n//# sourceURL=${sourceName}`
  try {
    const load = evaluate(source) as (...values: unknown[]) => void
    const globals = evaluate(`[${boundGlobals.join(', ')}]`) as unknown[]
    const define = (definition: object) => {
      made.add(definition)
      return definition
    }
    load(
      exports,
      define,
      () => Object.freeze({}),
      consoleOf(options),
      dateOf(ambient),
      mathOf(ambient),
      ...globals,
    )
  } catch (thrown) {
    throw new UserCodeError({ ...failureOf(thrown, lines, null), code: 'user-code-invalid' })
  }
  const found = Object.values(exports).filter(
    (item) => typeof item === 'object' && item !== null && made.has(item),
  )
  if (found.length !== 1) {
    throw invalid(
      found.length === 0
        ? 'The code exports no process function. Write: export const fn = processFunction({ onElement(row, ctx) { … } })'
        : 'The code exports more than one process function; keep one.',
    )
  }
  const definition = found[0] as Definition
  if (typeof definition.onElement !== 'function')
    throw invalid('The process function has no onElement(row, ctx).')
  return definition
}

function invalid(message: string): UserCodeError {
  return new UserCodeError({ message, line: null, row: null, code: 'user-code-invalid' })
}

/** How many lines the evaluator puts before the first line of a source. */
function lineOffset(evaluate: Evaluate): number {
  try {
    const probe = evaluate(
      `(function () { throw new Error('probe')\n})\n//# sourceURL=${sourceName}`,
    ) as () => void
    probe()
  } catch (thrown) {
    return (stackLine(thrown) ?? 1) - 1
  }
  return 0
}

function stackLine(thrown: unknown): number | null {
  const stack = thrown instanceof Error ? String(thrown.stack) : ''
  const match = new RegExp(`${sourceName.replace('.', '\\.')}:(\\d+)`).exec(stack)
  return match ? Number(match[1]) : null
}

function failureOf(thrown: unknown, lines: number, row: number | null): CodeFailure {
  const line = stackLine(thrown)
  const message = messageOf(thrown)
  const code = isExhaustion(thrown, message) ? 'user-code-memory' : 'user-code-threw'
  return { message, line: line === null ? null : line - lines, row, code }
}

/** Memory that the engine refused before the process ran out of it. */
function isExhaustion(thrown: unknown, message: string): boolean {
  return (
    thrown instanceof RangeError &&
    /allocation failed|invalid (array|string|typed array) length|(map|set) maximum size/i.test(
      message,
    )
  )
}

function consoleOf(options: RunnerOptions): object {
  return Object.freeze({
    log: (...values: unknown[]) => options.log?.(values.map(String).join(' ')),
  })
}

/** A Date whose present is the request's clock reading. */
function dateOf(ambient: Ambient): unknown {
  const make = function (this: unknown, ...parts: unknown[]) {
    const date =
      parts.length === 0 ? new Date(ambient.now) : new Date(...(parts as [number, number]))
    return new.target === undefined ? String(date) : date
  }
  Object.defineProperty(make, 'prototype', { value: Date.prototype })
  return Object.freeze(
    Object.assign(make, { now: () => ambient.now, parse: Date.parse, UTC: Date.UTC }),
  )
}

/** Math with a seeded random. */
function mathOf(ambient: Ambient): unknown {
  const math: Record<string, unknown> = {}
  for (const name of Object.getOwnPropertyNames(Math)) math[name] = Reflect.get(Math, name)
  math.random = () => ambient.random()
  return Object.freeze(math)
}

/** mulberry32: small and good enough for user code. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 15), z | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 0x100000000
  }
}
