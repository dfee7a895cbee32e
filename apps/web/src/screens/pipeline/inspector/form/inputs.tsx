/** Inputs that hold text while it is typed and hand on a value when it reads: numbers, durations. */
import { parseType } from '@millrace/schemas'
import { type ComponentProps, useEffect, useId, useState } from 'react'
import { usePreferences } from '../../../../app/preferences.ts'
import {
  parseDuration,
  printDuration,
  printTyped,
  readTyped,
  zoneName,
} from '../../../../format/index.ts'
import { Input } from '../../../../ui/index.ts'

type Rest = Omit<ComponentProps<typeof Input>, 'value' | 'onChange' | 'defaultValue'>

export interface DurationInputProps extends Rest {
  value: number | null | undefined
  onValue(ms: number | null): void
  nullable?: boolean
  /** Proposals, ms. */
  presets?: readonly number[]
}

/** "5 min": read as it is typed, printed cleanly when it is left. */
export function DurationInput({
  value,
  onValue,
  nullable,
  invalid,
  presets,
  ...rest
}: DurationInputProps) {
  const listId = useId()
  const printed = value === null || value === undefined ? '' : printDuration(value)
  const [text, setText] = useState(printed)
  const [focused, setFocused] = useState(false)
  useEffect(() => {
    if (!focused) setText(printed)
  }, [printed, focused])
  const parsed = parseDuration(text)
  const bad = parsed === undefined && !(nullable && text.trim() === '')
  return (
    <>
      <Input
        {...rest}
        list={presets ? listId : undefined}
        value={text}
        invalid={invalid || (bad && text !== '')}
        placeholder={rest.placeholder ?? (nullable ? 'never' : '5 min')}
        title={bad ? 'A number and a unit: 500 ms, 10 s, 5 min, 2 h, 1 d' : undefined}
        onFocus={() => setFocused(true)}
        onBlur={() => {
          setFocused(false)
          setText(printed)
        }}
        onChange={(event) => {
          setText(event.target.value)
          const ms = parseDuration(event.target.value)
          if (ms !== undefined) onValue(ms)
          else if (nullable && event.target.value.trim() === '') onValue(null)
        }}
      />
      {presets && (
        <datalist id={listId}>
          {presets.map((ms) => (
            <option key={ms} value={printDuration(ms)} />
          ))}
        </datalist>
      )}
    </>
  )
}

export interface NumberInputProps extends Rest {
  value: number | null | undefined
  onValue(value: number | null): void
  integer?: boolean
  nullable?: boolean
}

export function NumberInput({
  value,
  onValue,
  integer,
  nullable,
  invalid,
  ...rest
}: NumberInputProps) {
  const printed = value === null || value === undefined ? '' : String(value)
  const [text, setText] = useState(printed)
  const [focused, setFocused] = useState(false)
  useEffect(() => {
    if (!focused) setText(printed)
  }, [printed, focused])
  const read = (input: string): number | undefined => {
    const number = Number(input.replace(/[,\s_]/g, ''))
    if (input.trim() === '' || !Number.isFinite(number)) return undefined
    return integer && !Number.isInteger(number) ? undefined : number
  }
  const bad = read(text) === undefined && !(nullable && text.trim() === '')
  return (
    <Input
      {...rest}
      inputMode={integer ? 'numeric' : 'decimal'}
      value={text}
      invalid={invalid || (bad && text !== '')}
      onFocus={() => setFocused(true)}
      onBlur={() => {
        setFocused(false)
        setText(printed)
      }}
      onChange={(event) => {
        setText(event.target.value)
        const number = read(event.target.value)
        if (number !== undefined) onValue(number)
        else if (nullable && event.target.value.trim() === '') onValue(null)
      }}
    />
  )
}

const typeNames = [
  'STRING',
  'BIGINT',
  'INT',
  'DOUBLE',
  'DECIMAL(10, 2)',
  'BOOLEAN',
  'TIMESTAMP(3)',
  'DATE',
  'BYTES',
]

/** A SQL type by name. */
export function TypeInput({
  value,
  onValue,
  invalid,
  ...rest
}: Rest & { value: string; onValue(type: string): void }) {
  const listId = useId()
  return (
    <>
      <Input
        {...rest}
        mono
        list={listId}
        value={value}
        invalid={invalid || parseType(value) === undefined}
        onChange={(event) => onValue(event.target.value.toUpperCase())}
      />
      <datalist id={listId}>
        {typeNames.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}

/** A share between 0 and 1, typed as percent. */
export function ShareInput({
  value,
  onValue,
  ...rest
}: Rest & { value: number | null | undefined; onValue(share: number): void }) {
  const percent =
    value === null || value === undefined ? null : Number((value * 100).toPrecision(8))
  return (
    <span style={{ display: 'flex', alignItems: 'center', gap: 6 }}>
      <NumberInput
        {...rest}
        value={percent}
        onValue={(next) => next !== null && onValue(Math.min(100, Math.max(0, next)) / 100)}
      />
      %
    </span>
  )
}

/** An instant, typed in the zone in which the studio shows them. */
export function TimestampInput({
  value,
  onValue,
  ...rest
}: Rest & { value: number | null | undefined; onValue(ms: number | null): void }) {
  const { clock } = usePreferences()
  return (
    <span style={{ display: 'flex', alignItems: 'center', gap: 6, whiteSpace: 'nowrap' }}>
      <Input
        {...rest}
        type="datetime-local"
        step={1}
        value={printTyped(value, clock)}
        onChange={(event) => onValue(readTyped(event.target.value, clock) ?? null)}
      />
      {zoneName(clock)}
    </span>
  )
}
