/** Deletes a subject or one of its versions, naming what uses it and what stays. */
import type { SubjectSummary } from '@millrace/server'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { queryClient, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { plural } from '../../format/index.ts'
import { Button, Checkbox, Dialog, toast } from '../../ui/index.ts'
import styles from './Schemas.module.css'
import { UsedBy } from './UsedBy.tsx'

export interface DeleteSchemaDialogProps {
  subject: SubjectSummary
  /** Null: all of them. */
  version: number | null
  onClose(): void
}

export function DeleteSchemaDialog({ subject, version, onClose }: DeleteSchemaDialogProps) {
  const [, navigate] = useLocation()
  const [permanent, setPermanent] = useState(false)
  const isLast = version === null || subject.versions.length === 1
  const what = version === null ? subject.subject : `version ${version} of ${subject.subject}`
  const remove = useMutation(
    trpc.schemas.delete.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries(trpc.schemas.pathFilter())
        toast.done(`Deleted ${what}`)
        onClose()
        if (isLast) navigate(paths.schemas())
      },
      onError: (error) => toast.failed(`Could not delete ${what}`, error),
    }),
  )
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Delete ${what}?`}
      description={
        version === null
          ? `${plural(subject.versions.length, 'version')} will not be listed any more. Records written with them stay readable, since their ids remain.`
          : 'It will not be listed any more. Records written with it stay readable, since its id remains.'
      }
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            variant="danger"
            busy={remove.isPending}
            onClick={() => remove.mutate({ subject: subject.subject, version, permanent })}
          >
            {permanent ? 'Delete for good' : 'Delete'}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <UsedBy subject={subject} />
        <Checkbox
          label="For good: also forget the version numbers, which Kafka's tools call permanent"
          checked={permanent}
          onChange={setPermanent}
        />
      </div>
    </Dialog>
  )
}
