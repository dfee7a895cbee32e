/** Registers a schema: a new subject, or the next version of one; checked while it is typed. */
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { queryClient, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Button, Dialog, Field, Input, TextArea, toast } from '../../ui/index.ts'
import styles from './Schemas.module.css'
import { useSchemaCheck, useVersions } from './use-schema-check.ts'
import { Verdict } from './Verdict.tsx'

export interface RegisterDialogProps {
  onClose(): void
  /** Null: asked for. */
  subject: string | null
  initial: string
}

export function RegisterDialog({ onClose, subject, initial }: RegisterDialogProps) {
  const [, navigate] = useLocation()
  const [typed, setTyped] = useState('')
  const [schema, setSchema] = useState(initial)
  const area = useRef<HTMLTextAreaElement>(null)
  const name = subject ?? typed.trim()
  const [latest] = useVersions(name)
  const check = useSchemaCheck(name, schema, latest)
  const register = useMutation(
    trpc.schemas.register.mutationOptions({
      onSuccess: (made) => {
        void queryClient.invalidateQueries(trpc.schemas.pathFilter())
        toast.done(`${made.subject} version ${made.version} has the id ${made.id}`)
        onClose()
        navigate(paths.subject(made.subject))
      },
    }),
  )
  const goTo = (index: number) => {
    area.current?.focus()
    area.current?.setSelectionRange(index, index + 1)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title={subject === null ? 'Register a schema' : `Next version of ${subject}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={!check.mayRegister}
            busy={register.isPending}
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
        <div className={styles.register}>
          <Field label="Avro schema" stacked error={register.error?.message ?? null}>
            {(control) => (
              <TextArea
                {...control}
                ref={area}
                mono
                rows={20}
                invalid={check.fault !== null}
                value={schema}
                onChange={(event) => setSchema(event.target.value)}
              />
            )}
          </Field>
          <div className={styles.verdict} role="status">
            <Verdict check={check} latest={latest} onGoTo={goTo} />
          </div>
        </div>
      </div>
    </Dialog>
  )
}
