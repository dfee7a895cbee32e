/** Choosing columns: one, or several in order. */
import { formatType } from '@millrace/schemas'
import { X } from 'lucide-react'
import { Select } from '../../../../ui/index.ts'
import { getPath } from '../../editor/graph.ts'
import { useForm, useInputColumns } from './context.ts'
import styles from './Form.module.css'
import type { FormSchema } from './schema.ts'

interface Common {
  id?: string
  'aria-label'?: string
  'aria-describedby'?: string
  invalid?: boolean
  readOnly?: boolean
}

interface Choice {
  name: string
  detail: string
}

/** Columns to choose from: those that arrive; a source has its own. */
function useChoices(): readonly Choice[] {
  const form = useForm()
  const arriving = useInputColumns()
  if (form.definition.inputs.length > 0)
    return arriving.map((column) => ({ name: column.name, detail: formatType(column.type) }))
  const own = getPath(form.node.config, 'columns')
  if (!Array.isArray(own)) return []
  return own
    .filter(
      (column): column is { name: string; type?: unknown } => typeof column?.name === 'string',
    )
    .map((column) => ({
      name: column.name,
      detail: typeof column.type === 'string' ? column.type : '',
    }))
}

export function ColumnPicker(
  props: Common & { value: string; nullable?: boolean; onValue(name: string): void },
) {
  const choices = useChoices()
  const { value, onValue, readOnly, nullable, ...rest } = props
  const options = choices.map((choice) => ({ value: choice.name, label: label(choice) }))
  const known = value === '' || choices.some((choice) => choice.name === value)
  const empty = nullable ? 'none' : choices.length > 0 ? 'Choose a column…' : 'No columns known yet'
  return (
    <Select
      {...rest}
      mono
      value={value}
      disabled={readOnly}
      options={[
        { value: '', label: empty },
        ...(known ? [] : [{ value, label: `${value} (does not exist)` }]),
        ...options,
      ]}
      onChange={onValue}
    />
  )
}

/** Values that are no column names. */
const asKeyed = '\u0000as-keyed'
const noColumns = '\u0000none'

/** Null: chosen by the node itself. */
export function ColumnsPicker(
  props: Common & {
    schema: FormSchema
    nullable?: boolean
    value: readonly string[] | null
    onValue(names: string[] | null): void
  },
) {
  const choices = useChoices()
  const { value, onValue, readOnly, schema, nullable, invalid: _invalid, ...rest } = props
  const names = value ?? []
  const free = choices.filter((choice) => !names.includes(choice.name))
  const choose = (chosen: string) => {
    if (chosen === asKeyed) onValue(null)
    else if (chosen === noColumns) onValue([])
    else onValue([...names, chosen])
  }
  return (
    <div className={styles.chips}>
      {names.map((name) => (
        <span key={name} className={styles.chip}>
          {name}
          {!readOnly && (
            <button
              type="button"
              aria-label={`Remove ${name}`}
              onClick={() => onValue(names.filter((other) => other !== name))}
            >
              <X size={12} aria-hidden />
            </button>
          )}
        </span>
      ))}
      {readOnly && names.length === 0 && <span>{wordsFor(value, schema, 0)}</span>}
      {!readOnly && (
        <select {...rest} value="" onChange={(event) => choose(event.target.value)}>
          <option value="">{wordsFor(value, schema, choices.length)}</option>
          {free.map((choice) => (
            <option key={choice.name} value={choice.name}>
              {label(choice)}
            </option>
          ))}
          {nullable && value !== null && <option value={asKeyed}>as the rows are keyed</option>}
          {nullable && names.length > 0 && (
            <option value={noColumns}>{schema.none ?? 'none'}</option>
          )}
          {nullable && value === null && <option value={noColumns}>{schema.none ?? 'none'}</option>}
        </select>
      )}
    </div>
  )
}

/** What stands where no column is named. */
function wordsFor(value: readonly string[] | null, schema: FormSchema, choices: number): string {
  if (value === null) return 'as the rows are keyed'
  if (value.length > 0) return 'add…'
  if (schema.none) return schema.none
  return choices > 0 ? 'Add a column…' : 'No columns known yet'
}

function label(choice: Choice): string {
  return choice.detail ? `${choice.name}  ${choice.detail}` : choice.name
}
