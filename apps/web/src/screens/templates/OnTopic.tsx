/** Starts a template on a topic of one's own: which topic, and which of its columns stands for which of the template's. */
import {
  type ColumnMapping,
  fittingColumns,
  suggestedMapping,
  type WantedColumn,
  wantedColumns,
} from '@millrace/nodes/templates/on-topic'
import type { Inference, TemplateInfo } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { plural } from '../../format/index.ts'
import { Button, Dialog, ErrorState, Field, Loading, Select } from '../../ui/index.ts'
import styles from './Templates.module.css'
import { useStartTemplate } from './use-start-template.ts'

export function OnTopic({ template }: { template: TemplateInfo }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Start on my topic…</Button>
      {open && <OnTopicDialog template={template} onClose={() => setOpen(false)} />}
    </>
  )
}

function OnTopicDialog({ template, onClose }: { template: TemplateInfo; onClose(): void }) {
  const topics = useQuery(trpc.topics.list.queryOptions({}))
  const [topic, setTopic] = useState('')
  const fields = useQuery({
    ...trpc.topics.infer.queryOptions({ name: topic }),
    enabled: topic !== '',
  })
  const [chosen, setChosen] = useState<ColumnMapping>({})
  const start = useStartTemplate(template)
  const mapping = fields.data
    ? { ...suggestedMapping(template.document, fields.data), ...chosen }
    : {}
  const wanted = wantedColumns(template.document)
  const time = wanted.find(({ isTime }) => isTime)
  const ready = fields.data !== undefined && (!time || Boolean(mapping[time.name]))
  const choices = (topics.data ?? []).map(({ name }) => ({ value: name, label: name }))
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Start ${template.title} on my topic`}
      description="The pipeline stays as it is; its rows come from your topic in place of the generator."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={!ready || start.isPending}
            onClick={() => start.mutate({ id: template.id, on: { topic, columns: mapping } })}
          >
            Start on this topic
          </Button>
        </>
      }
    >
      <div className={styles.mapping}>
        {topics.error && (
          <ErrorState
            title="Could not read the topics"
            error={topics.error}
            onRetry={() => topics.refetch()}
          />
        )}
        <Field label="Topic">
          {(control) => (
            <Select
              {...control}
              value={topic}
              onChange={(name) => {
                setTopic(name)
                setChosen({})
              }}
              options={[{ value: '', label: 'Choose a topic', disabled: true }, ...choices]}
            />
          )}
        </Field>
        {topic !== '' && fields.isPending && <Loading what={`Reading ${topic}`} />}
        {fields.error && (
          <ErrorState
            title={`Could not read ${topic}`}
            error={fields.error}
            onRetry={() => fields.refetch()}
          />
        )}
        {fields.data && (
          <>
            <p className={styles.found}>{foundWords(fields.data)}</p>
            {wanted.map((column) => (
              <Column
                key={column.name}
                wanted={column}
                fields={fields.data}
                value={mapping[column.name] ?? ''}
                onChange={(name) => setChosen({ ...chosen, [column.name]: name })}
              />
            ))}
          </>
        )}
        {start.error && (
          <p role="alert" className={styles.refused}>
            ✕ {start.error.message}
          </p>
        )}
      </div>
    </Dialog>
  )
}

function foundWords({ sampled, columns, problem }: Inference): string {
  if (sampled === 0) return 'The topic is empty: its columns are not known yet.'
  if (columns.length === 0) return `No columns were found: ${problem ?? 'no record is an object'}.`
  return `${plural(columns.length, 'column')} found in the last ${plural(sampled, 'record')}.`
}

function Column(props: {
  wanted: WantedColumn
  fields: Inference
  value: string
  onChange(name: string): void
}) {
  const { wanted, fields, value } = props
  const fitting = fittingColumns(wanted, fields)
  const what = wanted.isTime ? 'event time' : wanted.type
  const none = wanted.isTime
    ? 'No column of the topic looks like event time; windows need one.'
    : `The topic has no column that can be read as ${wanted.type}; it is left out.`
  return (
    <Field
      label={wanted.name}
      hint={fitting.length === 0 ? undefined : what}
      error={fitting.length === 0 ? none : null}
    >
      {(control) => (
        <Select
          {...control}
          mono
          value={value}
          onChange={props.onChange}
          options={[
            { value: '', label: 'left out', disabled: wanted.isTime },
            ...fitting.map((name) => ({ value: name, label: name })),
          ]}
        />
      )}
    </Field>
  )
}
