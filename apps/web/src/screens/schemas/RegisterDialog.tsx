/** Registers a schema: a new subject, or the next version of one; checked before it is sent. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { queryClient, trpc } from '../../api/client.ts'
import { Button, Dialog, Field, Input, TextArea, toast } from '../../ui/index.ts'
import styles from './Schemas.module.css'

export interface RegisterDialogProps {
  open: boolean
  onClose(): void
  /** null: asked for. */
  subject: string | null
  initial: string
}

export function RegisterDialog({ open, onClose, subject, initial }: RegisterDialogProps) {
  const [typed, setTyped] = useState('')
  const [schema, setSchema] = useState(initial)
  const checked = useDeferredValue(schema)
  const name = subject ?? typed.trim()
  const check = useQuery(
    trpc.schemas.compatibility.queryOptions(
      { subject: name, schema: checked },
      { enabled: open && subject !== null && checked.trim() !== '', retry: false },
    ),
  )
  const register = useMutation(
    trpc.schemas.register.mutationOptions({
      onSuccess: (made) => {
        void queryClient.invalidateQueries(trpc.schemas.pathFilter())
        toast.done(`${made.subject} version ${made.version} has the id ${made.id}`)
        onClose()
      },
    }),
  )
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={subject === null ? 'Register a schema' : `Next version of ${subject}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={
              name === '' ||
              schema.trim() === '' ||
              register.isPending ||
              check.data?.compatible === false
            }
            onClick={() => register.mutate({ subject: name, schema })}
          >
            Register
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {subject === null && (
          <Field label="Subject" hint="For the values of a topic: its name and -value.">
            {(control) => (
              <Input
                {...control}
                mono
                placeholder="orders-value"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field
          label="Avro schema"
          stacked
          error={register.error?.message ?? check.error?.message ?? null}
        >
          {(control) => (
            <TextArea
              {...control}
              mono
              rows={16}
              value={schema}
              onChange={(event) => setSchema(event.target.value)}
            />
          )}
        </Field>
        {check.data && (
          <div role="status" className={check.data.compatible ? styles.ok : styles.bad}>
            {check.data.compatible
              ? `✓ Compatible at level ${check.data.level}`
              : `✕ Not compatible at level ${check.data.level}`}
            <ul>
              {check.data.messages.map((message) => (
                <li key={message}>{message}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Dialog>
  )
}
