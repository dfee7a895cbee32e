/** The declarations that the editor shows to user code: row types come from upstream, outputs from the node's config. */
import type { DataType, Field, RowType } from '@millrace/schemas'
import type { CodeOutput } from './program.ts'

export interface EditorTypesOptions {
  input: RowType
  keys: readonly number[]
  outputs: readonly CodeOutput[]
}

/** The TypeScript type by which user code sees a column. */
export function typescriptTypeOf(type: DataType): string {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'boolean'
    case 'INT':
    case 'DOUBLE':
    case 'DATE':
    case 'TIMESTAMP':
      return 'number'
    case 'BIGINT':
      return 'bigint'
    case 'DECIMAL':
    case 'STRING':
      return 'string'
    case 'BYTES':
      return 'Uint8Array'
  }
}

const notes: Partial<Record<DataType['kind'], string>> = {
  TIMESTAMP: 'milliseconds since the epoch',
  DATE: 'days since the epoch',
  DECIMAL: 'all digits, as text',
}

function member(field: Field, optionalNulls: boolean): string {
  const note = notes[field.type.kind]
  const type = typescriptTypeOf(field.type)
  const optional = field.nullable && optionalNulls ? '?' : ''
  return `  ${note ? `/** ${note} */ ` : ''}${JSON.stringify(field.name)}${optional}: ${type}${field.nullable ? ' | null' : ''}`
}

function record(name: string, note: string, row: RowType, optionalNulls: boolean): string {
  const members = row.fields.map((field) => member(field, optionalNulls)).join('\n')
  return `/** ${note} */\ninterface ${name} {\n${members}\n}`
}

function keyType(options: EditorTypesOptions): string {
  const { keys, input } = options
  const one = (index: number) => `Row[${JSON.stringify(input.fields[index].name)}]`
  if (keys.length === 1) return one(keys[0])
  return `{ ${keys.map((index) => `${JSON.stringify(input.fields[index].name)}: ${one(index)}`).join('; ')} }`
}

/** A `.d.ts` text: `processFunction`, `value`, `Row`, `Output` and one interface for each side output. */
export function editorTypes(options: EditorTypesOptions): string {
  const sides = options.outputs.slice(1)
  const names = sides.map((_, index) => `Side${index + 1}`)
  const sideMethods = sides.map(
    (output, index) =>
      `  /** Sends a row to the side output ${output.side}. */\n  side(name: ${JSON.stringify(output.side)}, row: ${names[index]}): void`,
  )
  return [
    record('Row', 'A row that arrives.', options.input, false),
    record('Output', 'A row that this function emits.', options.outputs[0].row, true),
    ...sides.map((output, index) =>
      record(names[index], `A row of the side output ${output.side}.`, output.row, true),
    ),
    `type Key = ${options.keys.length === 0 ? 'null' : keyType(options)}`,
    declarations(sideMethods.join('\n')),
  ].join('\n\n')
}

function declarations(sideMethods: string): string {
  return `/** One value for each key, kept in checkpoints. What get() returns is a copy: set() keeps a change. */
interface ValueState<T> {
  /** undefined: never set, or cleared. */
  get(): T | undefined
  set(value: T): void
  clear(): void
}

interface Timers {
  /** Calls onTimer when the watermark reaches time (ms since the epoch); one timer for each key and time. */
  eventTime(time: number): void
  /** Calls onTimer when the wall clock reaches time (ms since the epoch). */
  processingTime(time: number): void
  deleteEventTime(time: number): void
  deleteProcessingTime(time: number): void
}

interface Context<S> {
  /** The key of the row or timer. */
  readonly key: Key
  readonly state: { readonly [name in keyof S]: S[name] extends StateDeclaration<infer T> ? ValueState<T> : never }
  readonly timers: Timers
  /** Event time of the row or of the event-time timer, in ms; null: it has none. */
  readonly eventTime: number | null
  /** No row with event time at or below it will be in time any more; -Infinity before the first. */
  watermark(): number
  /** Wall clock, ms since the epoch. */
  now(): number
  emit(row: Output): void
${sideMethods}
}

interface StateDeclaration<T> { readonly ofType?: T }

/** Declares a value that is kept for each key. */
declare function value<T>(): StateDeclaration<T>

interface ProcessFunction<S> {
  state?: S
  onElement(row: Row, ctx: Context<S>): void
  /** domain tells which clock fired it. */
  onTimer?(time: number, ctx: Context<S>, domain: 'event' | 'processing'): void
}

declare function processFunction<S extends Record<string, StateDeclaration<unknown>>>(definition: ProcessFunction<S>): ProcessFunction<S>

declare const console: { log(...values: unknown[]): void }
`
}
