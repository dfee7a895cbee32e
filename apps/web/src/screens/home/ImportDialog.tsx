/** Import of a pipeline document: pasted, or from a file. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Button, Dialog, TextArea } from '../../ui/index.ts'
import styles from './HomeScreen.module.css'

export function ImportDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const [text, setText] = useState('')
  const [, navigate] = useLocation()
  const add = useMutation(
    trpc.pipelines.import.mutationOptions({
      onSuccess: (made) => navigate(paths.pipeline(made.id)),
    }),
  )
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title="Import a pipeline"
      description="A document that was exported here: paste it, or choose its file. It arrives as a draft; nothing starts."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={text.trim() === '' || add.isPending}
            onClick={() => add.mutate({ text })}
          >
            Import
          </Button>
        </>
      }
    >
      <div className={styles.import}>
        <label>
          File{' '}
          <input
            type="file"
            accept=".json,application/json"
            onChange={async (event) => setText((await event.target.files?.[0]?.text()) ?? '')}
          />
        </label>
        <TextArea
          mono
          rows={12}
          aria-label="Pipeline document"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {add.error && (
          <p role="alert" className={styles.bad}>
            ✕ {add.error.message}
          </p>
        )}
      </div>
    </Dialog>
  )
}
