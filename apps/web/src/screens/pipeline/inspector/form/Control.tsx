/** The bare control of a scalar, by its schema. */
import { Input, Select } from '../../../../ui/index.ts'
import type { FormContextValue } from './context.ts'
import { ExpressionInput } from './ExpressionInput.tsx'
import { DurationInput, NumberInput, ShareInput, TimestampInput, TypeInput } from './inputs.tsx'
import { ColumnPicker, ColumnsPicker } from './pickers.tsx'
import { type FormSchema, isColumnNames, typeOfSchema } from './schema.ts'
import { TopicField } from './TopicField.tsx'

export interface ControlProps {
  path: string
  schema: FormSchema
  value: unknown
  form: FormContextValue
  id?: string
  /** Names the control when nothing else does. */
  label?: string
  invalid?: boolean
  describedBy?: string
  nullable?: boolean
}

/** The bare control of a scalar. */
export function Control(props: ControlProps) {
  const { path, schema, value, form, id, label, invalid, describedBy } = props
  const common = { id, 'aria-label': label, 'aria-describedby': describedBy, invalid }
  const set = (next: unknown) => form.set(path, next)
  const choose = (next: unknown) => form.choose(path, next)
  const nullable = props.nullable || !schema.default
  if (schema.widget === 'topic')
    return <TopicField {...common} value={text(value)} onValue={set} readOnly={form.readOnly} />
  if (schema.widget === 'expression' || schema.widget === 'condition')
    return (
      <ExpressionInput
        id={id}
        label={label}
        describedBy={describedBy}
        value={text(value)}
        placeholder={schema.placeholder}
        aggregate={schema.expects === 'aggregate'}
        invalid={invalid}
        readOnly={form.readOnly}
        onValue={set}
      />
    )
  if (schema.widget === 'own-column' || schema.widget === 'column')
    return (
      <ColumnPicker
        {...common}
        nullable={props.nullable}
        value={text(value)}
        onValue={(name) => choose(name === '' && props.nullable ? null : name)}
        readOnly={form.readOnly}
      />
    )
  if (isColumnNames(schema) && typeOfSchema(schema) === 'array')
    return (
      <ColumnsPicker
        {...common}
        schema={schema}
        value={Array.isArray(value) ? value.map(String) : null}
        nullable={props.nullable}
        onValue={choose}
        readOnly={form.readOnly}
      />
    )
  if (typeOfSchema(schema) === 'boolean')
    return (
      <input
        type="checkbox"
        id={id}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={invalid}
        checked={Boolean(value ?? schema.default)}
        disabled={form.readOnly}
        title={label}
        style={{ margin: '6px auto', width: 16, height: 16, accentColor: 'var(--accent)' }}
        onChange={(event) => choose(event.target.checked)}
      />
    )
  if (schema.widget === 'sql-type')
    return <TypeInput {...common} value={text(value)} readOnly={form.readOnly} onValue={set} />
  if (schema.widget === 'timestamp')
    return (
      <TimestampInput
        {...common}
        value={value as number | null}
        disabled={form.readOnly}
        onValue={set}
      />
    )
  if (schema.widget === 'share')
    return (
      <ShareInput
        {...common}
        value={value as number | null}
        disabled={form.readOnly}
        onValue={set}
      />
    )
  if (schema.widget === 'duration' || (schema.unit === 'ms' && isNumber(schema)))
    return (
      <DurationInput
        {...common}
        value={(value ?? schema.default) as number | null}
        nullable={nullable}
        presets={schema.presets}
        disabled={form.readOnly}
        onValue={(ms) => set(ms ?? (props.nullable ? null : undefined))}
      />
    )
  if (schema.enum) return <EnumControl {...props} common={common} />
  if (isNumber(schema))
    return (
      <NumberInput
        {...common}
        value={(value ?? schema.default) as number | null}
        integer={typeOfSchema(schema) === 'integer'}
        nullable={nullable}
        disabled={form.readOnly}
        placeholder={schema.unit}
        onValue={(next) => set(next ?? (props.nullable ? null : undefined))}
      />
    )
  return (
    <Input
      {...common}
      value={text(value)}
      placeholder={schema.placeholder}
      maxLength={schema.maxLength}
      readOnly={form.readOnly}
      onChange={(event) => set(event.target.value)}
    />
  )
}

function EnumControl(props: ControlProps & { common: Record<string, unknown> }) {
  const { schema, value, form } = props
  const names = schema.labels ?? {}
  const options = (schema.enum ?? []).map((option) => ({
    value: String(option),
    label: names[String(option)] ?? String(option),
  }))
  const missing = value === undefined || value === null
  return (
    <Select
      {...props.common}
      value={missing ? String(schema.default ?? '') : String(value)}
      options={
        missing && schema.default === undefined
          ? [{ value: '', label: 'Choose…' }, ...options]
          : options
      }
      disabled={form.readOnly}
      onChange={(next) =>
        form.choose(props.path, schema.enum?.find((option) => String(option) === next) ?? undefined)
      }
    />
  )
}

function isNumber(schema: FormSchema): boolean {
  return ['integer', 'number'].includes(typeOfSchema(schema) ?? '')
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value)
}
