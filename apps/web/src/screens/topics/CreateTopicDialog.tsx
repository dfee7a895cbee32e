/** Makes a topic. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { queryClient, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Button, Dialog, Field, Input } from '../../ui/index.ts'
import styles from './Topics.module.css'

export function CreateTopicDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const [name, setName] = useState('')
  const [partitions, setPartitions] = useState('6')
  const [, navigate] = useLocation()
  const create = useMutation(
    trpc.topics.create.mutationOptions({
      onSuccess: (made) => {
        void queryClient.invalidateQueries(trpc.topics.pathFilter())
        onClose()
        navigate(paths.topic(made.name))
      },
    }),
  )
  const submit = () => create.mutate({ name: name.trim(), partitions: Number(partitions) })
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New topic"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={name.trim() === '' || create.isPending}
            onClick={submit}
          >
            Create topic
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Field label="Name" hint="Letters, digits, dots, dashes and underscores.">
          {(control) => (
            <Input
              {...control}
              mono
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Partitions"
          hint="Rows of one key stay in one partition, in order. Subtasks share partitions."
        >
          {(control) => (
            <Input
              {...control}
              type="number"
              min={1}
              max={1000}
              value={partitions}
              onChange={(event) => setPartitions(event.target.value)}
            />
          )}
        </Field>
        {create.error && (
          <p role="alert" className={styles.bad}>
            ✕ {create.error.message}
          </p>
        )}
      </form>
    </Dialog>
  )
}
