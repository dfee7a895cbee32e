/** One request as user code sees it: `ctx`, the state it reads and writes, the timers it sets, the rows it emits. */
import type { Batch, CellValue, RowType } from '@millrace/schemas'
import { cellAt } from '@millrace/schemas'
import type { Ambient } from './ambient.ts'
import { OutputRows } from './output-rows.ts'
import type {
  CodeAnswer,
  CodeFailure,
  CodeProgram,
  CodeRequest,
  DueTimers,
  TimerChange,
  TimerDomain,
} from './program.ts'
import { codeEmittedRowsMax, codeRequestRowsMax } from './program.ts'
import { decodeValue, encodeValue } from './value-codec.ts'

export class Session {
  readonly context: Record<string, unknown>
  row: number | null = null
  private readonly program: CodeProgram
  private readonly outputs: OutputRows[]
  private request: CodeRequest | null = null
  private key = 0
  private eventTime: number | null = null
  private emitted = 0
  private changed = new Map<string, { key: number; name: string; value: string | null }>()
  private timers: TimerChange[] = []
  private due: DueTimers | null = null
  private firing: { key: number; time: number } | null = null
  private pending: { key: number; time: number }[] = []

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
    this.due = null
    this.emitted = 0
  }

  beginTimers(due: DueTimers): void {
    this.due = due
    this.pending = [...due.timers]
  }

  /** The next timer to fire, in order of time. */
  nextTimer(): { key: number; time: number } | undefined {
    const timer = this.pending.shift()
    this.firing = timer ?? null
    return timer
  }

  enter(row: number | null, key: number, eventTime: number | null): void {
    this.row = row
    this.key = key
    this.eventTime = eventTime
  }

  /** Of a timer that fires, for messages: no record stands behind it. Empty while rows are worked on. */
  placeOfTimer(): string {
    if (this.due === null || this.firing === null) return ''
    const { key, time } = this.firing
    const values = this.current().keys[key].values.map(String).join(', ')
    return ` (onTimer of ${values === '' ? 'the whole stream' : values}, set for ${new Date(time).toISOString()})`
  }

  rowObject(batch: Batch, row: number): Record<string, CellValue> {
    return objectOf(this.program.input, batch, row)
  }

  answer(): CodeAnswer {
    const { id } = this.end()
    return {
      id,
      failure: null,
      outputs: this.outputs.map((output) => output.take()),
      states: [...this.changed.values()],
      timers: this.timers,
    }
  }

  fail(failure: CodeFailure): CodeAnswer {
    const { id } = this.end()
    for (const output of this.outputs) output.take()
    return {
      id,
      failure,
      outputs: this.outputs.map(() => []),
      states: [],
      timers: [],
    }
  }

  private end(): CodeRequest {
    const request = this.current()
    this.request = null
    return request
  }

  private current(): CodeRequest {
    if (this.request) return this.request
    throw new Error('ctx was used after onElement or onTimer had returned: by a promise, for one.')
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
      emit: (row: unknown) => self.emit(0, row),
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
    this.emit(index, row)
  }

  private emit(output: number, row: unknown): void {
    this.current()
    if (++this.emitted > codeEmittedRowsMax) {
      throw new Error(
        `The code emitted more than ${codeEmittedRowsMax} rows for one batch of at most ${codeRequestRowsMax}.`,
      )
    }
    this.outputs[output].add(row, this.eventTime ?? Number.NaN)
  }

  private getState(name: string): unknown {
    const change = this.changed.get(`${this.key} ${name}`)
    const text = change ? change.value : this.current().keys[this.key].state[name]
    return text === undefined || text === null ? undefined : decodeValue(text)
  }

  private putState(name: string, value: string | null): void {
    this.current()
    this.changed.set(`${this.key} ${name}`, { key: this.key, name, value })
  }

  /** A timer that is due in this very request: it fires, or does not, before the request ends. */
  private changePending(time: number, set: boolean): void {
    const same = this.pending.findIndex((timer) => timer.key === this.key && timer.time === time)
    if (set && same < 0)
      this.pending.splice(firstAfter(this.pending, time), 0, { key: this.key, time })
    if (!set && same >= 0) this.pending.splice(same, 1)
  }

  private changeTimer(domain: TimerDomain, time: unknown, set: boolean): void {
    if (typeof time !== 'number' || !Number.isFinite(time)) {
      throw new Error(
        `A timer's time is a number of milliseconds since the epoch; got ${typeof time} ${String(time)}.`,
      )
    }
    this.current()
    const at = Math.trunc(time)
    if (this.due?.domain === domain && at <= this.due.until) this.changePending(at, set)
    else this.timers.push({ key: this.key, domain, time: at, set })
  }
}

/** Index of the first timer that fires after `time`. */
function firstAfter(timers: readonly { time: number }[], time: number): number {
  const index = timers.findIndex((timer) => timer.time > time)
  return index < 0 ? timers.length : index
}

function objectOf(type: RowType, batch: Batch, row: number): Record<string, CellValue> {
  const cells: Record<string, CellValue> = {}
  for (let i = 0; i < type.fields.length; i++) {
    cells[type.fields[i].name] = cellAt(batch.columns[i], type.fields[i].type, row)
  }
  return cells
}
