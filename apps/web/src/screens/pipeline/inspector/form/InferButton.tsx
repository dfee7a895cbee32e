/** Reads the last 500 records of the topic: its columns, and which of them look like event time. */
import type { Inference, TimeCandidate } from '@millrace/server'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { printDuration } from '../../../../format/index.ts'
import { Button, Dialog, Status, toast } from '../../../../ui/index.ts'
import { type FormContextValue, useForm } from './context.ts'
import styles from './Form.module.css'

export function InferButton({ path }: { path: string }) {
  const form = useForm()
  const topic = typeof form.node.config.topic === 'string' ? form.node.config.topic : ''
  const [found, setFound] = useState<Inference | null>(null)
  const infer = useMutation({
    mutationFn: () => client.topics.infer.query({ name: topic }) as Promise<Inference>,
    onSuccess: (inference) => {
      if (inference.columns.length === 0) toast.note(`${topic} has no records to infer from yet`)
      else setFound(inference)
    },
    onError: (error) => toast.failed(`Columns of ${topic} could not be inferred`, error),
  })
  return (
    <>
      <Button size="small" busy={infer.isPending} disabled={!topic} onClick={() => infer.mutate()}>
        Infer from the last 500 records
      </Button>
      {found && (
        <Inferred
          path={path}
          form={form}
          found={found}
          topic={topic}
          onClose={() => setFound(null)}
        />
      )}
    </>
  )
}

function Inferred(props: {
  path: string
  form: FormContextValue
  found: Inference
  topic: string
  onClose(): void
}) {
  const { form, found, path } = props
  const [time, setTime] = useState<TimeCandidate | null>(found.time[0] ?? null)
  const apply = () => {
    const config: Record<string, unknown> = { [path]: columnsFor(found), format: found.format }
    if (time) config.time = timeFor(form, time)
    form.replace(`Infer columns of ${props.topic}`, config)
    props.onClose()
  }
  return (
    <Dialog
      open
      onClose={props.onClose}
      title={`Columns of ${props.topic}`}
      description={`${found.sampled} records looked at${found.undecodable > 0 ? `, ${found.undecodable} of them could not be read` : ''}, written as ${found.format === 'avro' ? 'Avro' : 'JSON'}.`}
      wide
      actions={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button variant="primary" onClick={apply}>
            Use these columns
          </Button>
        </>
      }
    >
      <table style={{ width: '100%', borderCollapse: 'collapse' }}>
        <tbody className="mono">
          {found.columns.map((column) => (
            <tr key={column.name} style={{ height: 26, borderBottom: '1px solid var(--line)' }}>
              <td>{column.name}</td>
              <td style={{ color: 'var(--muted)' }}>
                {column.type}
                {column.nullable ? '' : ' NOT NULL'}
              </td>
              <td style={{ color: 'var(--faint)' }}>{column.examples.slice(0, 2).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <fieldset className={styles.group} style={{ marginTop: 14 }}>
        <legend>Event time</legend>
        {found.time.map((candidate) => (
          <label key={candidate.column} className={styles.inline}>
            <span>
              <input
                type="radio"
                name="time"
                checked={time?.column === candidate.column}
                onChange={() => setTime(candidate)}
              />{' '}
              <b className="mono">{candidate.column}</b> {candidate.words}; rows were up to{' '}
              {printDuration(candidate.disorderMs)} out of order, so wait{' '}
              {printDuration(candidate.waitMs)}
            </span>
          </label>
        ))}
        {found.time.length === 0 && (
          <Status tone="warn">No column looks like a time. Windows need one.</Status>
        )}
        <label className={styles.inline}>
          <span>
            <input
              type="radio"
              name="time"
              checked={time === null}
              onChange={() => setTime(null)}
            />{' '}
            none
          </span>
        </label>
      </fieldset>
    </Dialog>
  )
}

function columnsFor(found: Inference): unknown[] {
  return found.columns.map((column) => ({
    name: column.name,
    type: column.type,
    ...(column.path ? { path: column.path } : {}),
  }))
}

function timeFor(form: FormContextValue, time: TimeCandidate): unknown {
  const before = form.node.config.time
  return {
    ...(typeof before === 'object' ? before : {}),
    column: time.column,
    unit: time.unit,
    waitMs: time.waitMs,
  }
}
