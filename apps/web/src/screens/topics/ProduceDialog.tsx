/** Sends one record by hand, a tombstone too, to a partition of one's choice. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { queryClient, trpc } from '../../api/client.ts'
import { Button, Checkbox, Dialog, Field, Input, Select, TextArea, toast } from '../../ui/index.ts'
import styles from './Topics.module.css'

export function ProduceDialog({
  topic,
  partitions,
  open,
  onClose,
}: {
  topic: string
  partitions: number
  open: boolean
  onClose(): void
}) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const [headers, setHeaders] = useState('')
  const [tombstone, setTombstone] = useState(false)
  const [partition, setPartition] = useState('')
  const send = useMutation(
    trpc.topics.produce.mutationOptions({
      onSuccess: ({ offsets }) => {
        void queryClient.invalidateQueries(trpc.topics.pathFilter())
        toast.done(`Written at partition ${offsets[0].partition}, offset ${offsets[0].offset}`)
      },
    }),
  )
  const parsed = parseHeaders(headers)
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={`Produce to ${topic}`}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            variant="primary"
            disabled={send.isPending}
            onClick={() =>
              send.mutate({
                name: topic,
                messages: [
                  {
                    key: key === '' ? null : key,
                    value: tombstone ? null : value,
                    headers: parsed,
                    partition: partition === '' ? null : Number(partition),
                  },
                ],
              })
            }
          >
            Send record
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Field label="Key" hint="Empty: no key; partitions take turns.">
          {(control) => (
            <Input {...control} mono value={key} onChange={(event) => setKey(event.target.value)} />
          )}
        </Field>
        <Field label="Value" stacked>
          {(control) => (
            <TextArea
              {...control}
              mono
              rows={8}
              disabled={tombstone}
              value={tombstone ? '' : value}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
        <Checkbox label="Null value, a tombstone" checked={tombstone} onChange={setTombstone} />
        <Field label="Partition">
          {(control) => (
            <Select
              {...control}
              value={partition}
              onChange={setPartition}
              options={[
                { value: '', label: 'by key' },
                ...Array.from({ length: partitions }, (_, at) => ({
                  value: String(at),
                  label: String(at),
                })),
              ]}
            />
          )}
        </Field>
        <Field label="Headers" hint="One a line: name: value" stacked>
          {(control) => (
            <TextArea
              {...control}
              mono
              rows={2}
              value={headers}
              onChange={(event) => setHeaders(event.target.value)}
            />
          )}
        </Field>
        {send.error && (
          <p role="alert" className={styles.bad}>
            ✕ {send.error.message}
          </p>
        )}
      </div>
    </Dialog>
  )
}

function parseHeaders(text: string): { name: string; value: string }[] {
  return text
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => ({
      name: line.slice(0, line.indexOf(':')).trim(),
      value: line.slice(line.indexOf(':') + 1).trim(),
    }))
}
