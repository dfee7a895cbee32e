/** A list of records as a small table: columns, projections, aggregates, side outputs. */
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../../../ui/index.ts'
import { Control } from './Control.tsx'
import { useFieldError, useForm } from './context.ts'
import { EntryDetails, isDetail } from './EntryDetails.tsx'
import styles from './Form.module.css'
import { type ConfigFieldProps, fieldDomId } from './field.ts'
import { InferButton } from './InferButton.tsx'
import {
  emptyValue,
  type FormSchema,
  inContext,
  isNullable,
  simplified,
  titleOf,
  typeOfSchema,
} from './schema.ts'

/** Longest list that a form edits. */
const entriesMax = 500

/** What one entry is called. */
const nouns: Record<string, string> = {
  columns: 'column',
  projections: 'column',
  aggregates: 'aggregate',
  'side-outputs': 'side output',
  'generated-columns': 'column',
}

export function ListField({ path, schema, value, label }: ConfigFieldProps & { label: string }) {
  const form = useForm()
  const error = useFieldError(path)
  const entries = Array.isArray(value) ? value : []
  const item = simplified(schema.items ?? {})
  const all = Object.entries(item.properties ?? {}).map(
    ([name, inner]) =>
      [name, inContext(schema, name, simplified(inner)), isNullable(inner)] as const,
  )
  const [extra, setExtra] = useState(false)
  const optional = (name: string) =>
    schema.widget === 'columns' && !item.required?.includes(name) && name !== 'nullable'
  const inUse = (name: string) =>
    entries.some((entry) => Boolean((entry as Record<string, unknown>)?.[name]))
  const hidden = all.filter(([name]) => optional(name) && !inUse(name))
  const plain = all.filter(([, inner]) => !isDetail(inner))
  const cells = plain.filter(([name]) => !optional(name))
  const more = plain.filter(([name]) => optional(name) && (extra || inUse(name)))
  const details = all.filter(([, inner]) => isDetail(inner))
  const tracks = { gridTemplateColumns: cells.map(([, inner]) => trackOf(inner)).join(' ') }
  const noun = nouns[schema.widget ?? ''] ?? label.toLowerCase().replace(/s$/, '')
  return (
    <fieldset id={fieldDomId(path)} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      <legend className="visually-hidden">{label}</legend>
      <div className={styles.inline} style={{ marginBottom: 4, color: 'var(--muted)' }}>
        <span aria-hidden>{label}</span>
        {schema.infer && !form.readOnly && <InferButton path={path} />}
      </div>
      {schema.description && <p className={styles.note}>{schema.description}</p>}
      <div className={styles.list}>
        {entries.length > 0 && cells.length > 1 && (
          <div className={styles.heads} style={tracks} aria-hidden>
            {cells.map(([name, inner]) => (
              <span key={name}>
                {typeOfSchema(inner) === 'boolean' ? 'NULL ok' : titleOf(name, inner).toLowerCase()}
              </span>
            ))}
          </div>
        )}
        {entries.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place
          <div key={index} className={styles.entry}>
            <div className={styles.cells} style={tracks}>
              {cells.map(([name, inner, nullable]) => (
                <Control
                  key={name}
                  path={`${path}.${index}.${name}`}
                  schema={inner}
                  value={(entry as Record<string, unknown>)?.[name]}
                  form={form}
                  nullable={nullable}
                  label={`${titleOf(name, inner)} of ${noun} ${index + 1}`}
                  invalid={hasProblem(form.problems, `${path}.${index}.${name}`)}
                />
              ))}
            </div>
            {!form.readOnly && (
              <span className={styles.buttons}>
                <IconButton
                  label={`Remove ${noun} ${index + 1}`}
                  icon={<Trash2 size={14} />}
                  onClick={() =>
                    form.replaceAt(
                      path,
                      entries.filter((_, at) => at !== index),
                      `Remove ${noun}`,
                    )
                  }
                />
              </span>
            )}
            {more.length > 0 && (
              <div
                className={styles.cells}
                style={{ gridTemplateColumns: `repeat(${more.length}, minmax(0, 1fr))` }}
              >
                {more.map(([name, inner, nullable]) => (
                  <Control
                    key={name}
                    path={`${path}.${index}.${name}`}
                    schema={{ ...inner, placeholder: titleOf(name, inner).toLowerCase() }}
                    value={(entry as Record<string, unknown>)?.[name]}
                    form={form}
                    nullable={nullable}
                    label={`${titleOf(name, inner)} of ${noun} ${index + 1}`}
                  />
                ))}
              </div>
            )}
            {details.map(([name, inner, nullable]) => (
              <EntryDetails
                key={name}
                name={name}
                path={`${path}.${index}.${name}`}
                schema={inner}
                nullable={nullable}
                value={(entry as Record<string, unknown>)?.[name]}
              />
            ))}
          </div>
        ))}
        {!form.readOnly && entries.length < entriesMax && (
          <div className={styles.add}>
            <AddEntry path={path} item={item} entries={entries} noun={noun} />
            {hidden.length > 0 && entries.length > 0 && (
              <Button
                size="small"
                variant="quiet"
                aria-pressed={extra}
                onClick={() => setExtra(!extra)}
              >
                {extra ? 'Hide' : 'Show'}{' '}
                {hidden.map(([name, inner]) => titleOf(name, inner).toLowerCase()).join(' and ')}
              </Button>
            )}
          </div>
        )}
      </div>
      {error && (
        <p role="alert" style={{ color: 'var(--bad)', fontSize: 12, marginTop: 4 }}>
          ✕ {error}
        </p>
      )}
    </fieldset>
  )
}

function AddEntry(props: {
  path: string
  item: FormSchema
  entries: readonly unknown[]
  noun: string
}) {
  const form = useForm()
  return (
    <Button
      size="small"
      variant="quiet"
      icon={<Plus size={13} aria-hidden />}
      onClick={() =>
        form.replaceAt(props.path, [...props.entries, emptyValue(props.item)], `Add ${props.noun}`)
      }
    >
      Add {props.noun}
    </Button>
  )
}

function hasProblem(problems: readonly { field?: string }[], path: string): boolean {
  return problems.some((problem) => problem.field === path)
}

function trackOf(schema: FormSchema): string {
  if (typeOfSchema(schema) === 'boolean') return '48px'
  const wide = schema.widget === 'expression' || schema.widget === 'condition'
  return wide ? 'minmax(0, 1.6fr)' : 'minmax(0, 1fr)'
}
