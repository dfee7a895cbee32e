/** Runs requests through one process function, in whatever compartment `evaluate` belongs to. Synchronous and deterministic. */
import { messageOf } from '@millrace/base'
import type { Batch, CellValue } from '@millrace/schemas'
import { type Ambient, dateOf, mathOf, randomOf } from './ambient.ts'
import type {
  CodeAnswer,
  CodeFailure,
  CodeProgram,
  CodeRequest,
  DueTimers,
  TimerDomain,
} from './program.ts'
import { Session } from './session.ts'
import { sourceName, stackLine } from './stack-line.ts'

/** Evaluates an expression that is a function; the only way in. */
export type Evaluate = (source: string) => unknown

export interface RunnerOptions {
  /** Called before each row (its index) and timer (-1): a way to see how far code came that never returns. */
  onStep?(row: number): void
  log?(text: string): void
}

interface Definition {
  state?: Record<string, unknown>
  onElement(row: Record<string, CellValue>, ctx: unknown): unknown
  onTimer?(time: number, ctx: unknown, domain: TimerDomain): unknown
}

export type Runner = (request: CodeRequest) => CodeAnswer

/** Globals bound as parameters of the compiled function: a look-up in a compartment costs far more than a parameter. */
// biome-ignore format: a list reads better in few lines
const boundGlobals = [
  'Object', 'Array', 'String', 'Number', 'Boolean', 'BigInt', 'Map', 'Set', 'WeakMap', 'JSON', 'RegExp', 'Symbol',
  'Error', 'TypeError', 'RangeError', 'Uint8Array', 'Int32Array', 'Float64Array', 'BigInt64Array', 'parseInt',
  'parseFloat', 'isNaN', 'isFinite', 'Infinity', 'NaN', 'undefined',
]

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
      else if (request.due) runTimers(session, definition, request.due, options)
    } catch (thrown) {
      const failure = failureOf(thrown, lines, session.row)
      return session.fail({ ...failure, message: failure.message + session.placeOfTimer() })
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
    refusePromise(definition.onElement(session.rowObject(batch, i), session.context), 'onElement')
  }
}

function runTimers(
  session: Session,
  definition: Definition,
  due: DueTimers,
  options: RunnerOptions,
): void {
  session.beginTimers(due)
  for (let timer = session.nextTimer(); timer; timer = session.nextTimer()) {
    options.onStep?.(-1)
    // A processing time is no event time: what fires by the wall clock has none (Flink erases the timestamp).
    session.enter(null, timer.key, due.domain === 'event' ? timer.time : null)
    refusePromise(definition.onTimer?.(timer.time, session.context, due.domain), 'onTimer')
  }
}

/** What a promise does later would happen to another row, or after the checkpoint. */
function refusePromise(result: unknown, name: string): void {
  if (!(result instanceof Promise)) return
  result.catch(() => undefined)
  throw new Error(
    `${name} is asynchronous. Write it without async and await: everything it does must be done when it returns.`,
  )
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
export function lineOffset(evaluate: Evaluate): number {
  try {
    const probe = evaluate(
      `(function () { throw new Error('probe')\n})\n//# sourceURL=${sourceName}`,
    ) as () => void
    probe()
  } catch (thrown) {
    return (lineOf(thrown) ?? 1) - 1
  }
  return 0
}

function lineOf(thrown: unknown): number | null {
  return thrown instanceof Error ? stackLine(thrown.stack) : null
}

/** What user code threw; `lines`: its `lineOffset`. */
export function failureOf(thrown: unknown, lines: number, row: number | null): CodeFailure {
  const line = lineOf(thrown)
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
