/** Import of a pipeline document: pasted, dropped, or from a file. */
import type { DocumentRefusal } from '@millrace/schemas'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { errorData, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { plural } from '../../format/index.ts'
import { Button, Dialog, TextArea, toast } from '../../ui/index.ts'
import styles from './HomeScreen.module.css'

/** Mounted while it is open, so that it begins empty each time. */
export function ImportDialog({ onClose }: { onClose(): void }) {
  const [text, setText] = useState('')
  const [fileName, setFileName] = useState<string | null>(null)
  const files = useRef<HTMLInputElement>(null)
  const [, navigate] = useLocation()
  const add = useMutation(
    trpc.pipelines.import.mutationOptions({
      onSuccess: (made) => navigate(paths.pipeline(made.id)),
    }),
  )
  const take = (next: string, from: string | null) => {
    setText(next)
    setFileName(from)
    add.reset()
  }
  const read = (file: File | undefined) =>
    file?.text().then(
      (content) => take(content, file.name),
      (error: unknown) => toast.failed(`${file.name} could not be read`, error),
    )
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title="Import a pipeline"
      description="A document that was exported here. It arrives as a draft; nothing starts."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={text.trim() === ''}
            busy={add.isPending}
            onClick={() => add.mutate({ text })}
          >
            Import
          </Button>
        </>
      }
    >
      <div className={styles.import}>
        <div className={styles.importFrom}>
          <Button onClick={() => files.current?.click()}>Choose a file…</Button>
          <span className={styles.muted}>{fileName ?? 'or drop it below, or paste its text'}</span>
          <input
            ref={files}
            hidden
            type="file"
            accept=".json,application/json"
            onChange={(event) => {
              void read(event.target.files?.[0])
              event.target.value = ''
            }}
          />
        </div>
        <TextArea
          mono
          rows={12}
          aria-label="Pipeline document"
          aria-describedby={add.error ? 'import-refused' : undefined}
          invalid={Boolean(add.error)}
          value={text}
          onChange={(event) => take(event.target.value, null)}
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            const file = event.dataTransfer.files[0]
            if (!file) return
            event.preventDefault()
            void read(file)
          }}
        />
        {add.error && <Refused error={add.error} />}
      </div>
    </Dialog>
  )
}

/** Every place that was refused, each with what to mend. */
function Refused({ error }: { error: unknown }) {
  const refusals = (errorData(error)?.details.refusals ?? []) as DocumentRefusal[]
  const message = error instanceof Error ? error.message : String(error)
  return (
    <div id="import-refused" role="alert">
      <p className={styles.bad}>
        ✕{' '}
        {refusals.length > 0
          ? `The document was refused at ${plural(refusals.length, 'place')}:`
          : message}
      </p>
      {refusals.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
        <ul className={styles.refusals} tabIndex={0} aria-label="What was refused">
          {refusals.map((refusal, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one immutable answer; a place may be refused twice
            <li key={index}>
              <code>{placeOf(refusal)}</code> {refusal.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function placeOf({ node, field }: DocumentRefusal): string {
  const places = [node === undefined ? '' : `node ${node}`, field]
  return places.filter(Boolean).join(', ') || 'document'
}
