/** Chooses the columns of the messages: what a record has, and fields of its value; kept by topic in this browser. */
import { useState } from 'react'
import { Button, Checkbox, Dialog } from '../../ui/index.ts'
import { columnTitles, type ShownColumns } from './message-columns.tsx'
import styles from './Topics.module.css'

const standard: ShownColumns = { hidden: ['headers'], fields: [] }

export function useShownColumns(topic: string): [ShownColumns, (next: ShownColumns) => void] {
  const key = `millrace.columns.${topic}`
  const [shown, setShown] = useState<ShownColumns>(() => stored(key))
  const change = (next: ShownColumns) => {
    setShown(next)
    localStorage.setItem(key, JSON.stringify(next))
  }
  return [shown, change]
}

function stored(key: string): ShownColumns {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<ShownColumns> | null
    const isWhole = Array.isArray(value?.hidden) && Array.isArray(value.fields)
    return isWhole ? (value as ShownColumns) : standard
  } catch {
    return standard
  }
}

export function ColumnsDialog(props: {
  open: boolean
  /** Fields of the values on the screen. */
  fields: readonly string[]
  shown: ShownColumns
  onChange(next: ShownColumns): void
  onClose(): void
}) {
  const { shown, onChange } = props
  const fields = [...new Set([...shown.fields, ...props.fields])]
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title="Columns"
      actions={
        <>
          <Button onClick={() => onChange(standard)}>As at first</Button>
          <Button variant="primary" onClick={props.onClose}>
            Done
          </Button>
        </>
      }
    >
      <div className={styles.columns}>
        <fieldset>
          <legend>Of the record</legend>
          {Object.entries(columnTitles).map(([id, title]) => (
            <Checkbox
              key={id}
              label={title}
              checked={!shown.hidden.includes(id)}
              onChange={(on) => onChange({ ...shown, hidden: toggled(shown.hidden, id, !on) })}
            />
          ))}
        </fieldset>
        <fieldset>
          <legend>Fields of the value</legend>
          {fields.length === 0 && <p className={styles.hint}>No value on the screen has fields.</p>}
          {fields.map((field) => (
            <Checkbox
              key={field}
              label={field}
              checked={shown.fields.includes(field)}
              onChange={(on) => onChange({ ...shown, fields: toggled(shown.fields, field, on) })}
            />
          ))}
        </fieldset>
      </div>
    </Dialog>
  )
}

function toggled(list: readonly string[], item: string, on: boolean): string[] {
  const rest = list.filter((each) => each !== item)
  return on ? [...rest, item] : rest
}
