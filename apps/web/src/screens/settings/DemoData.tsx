/** Removes all that templates made: named before, asked, reported. */
import type { MadeByTemplates } from '@millrace/server'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { blockingError, queryClient, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { plural } from '../../format/index.ts'
import { Button, Dialog, ErrorState, toast } from '../../ui/index.ts'
import styles from './Settings.module.css'

export function DemoData() {
  const [asks, setAsks] = useState(false)
  const made = useQuery(trpc.templates.made.queryOptions())
  const failure = blockingError(made)
  const nothing = made.data?.pipelines.length === 0
  return (
    <section aria-labelledby="demo">
      <h2 id="demo">Demo data</h2>
      {failure && (
        <ErrorState
          title="Could not ask what templates made"
          error={failure}
          onRetry={() => made.refetch()}
        />
      )}
      {nothing && (
        <p className={styles.hint}>
          Nothing here was made from a <Link href={paths.templates()}>template</Link>.
        </p>
      )}
      {made.data && !nothing && (
        <>
          <p className={styles.hint}>
            {plural(made.data.pipelines.length, 'pipeline')} made from templates:{' '}
            {made.data.pipelines.map(({ name }) => name).join(', ')}.
          </p>
          <div className={styles.row}>
            <Button
              variant="danger"
              onClick={() => {
                // Topics come into being while it runs.
                void made.refetch()
                setAsks(true)
              }}
            >
              Remove all demo data…
            </Button>
          </div>
          <Ask made={made.data} open={asks} onClose={() => setAsks(false)} />
        </>
      )}
    </section>
  )
}

interface AskProps {
  made: MadeByTemplates
  open: boolean
  onClose(): void
}

function Ask({ made, open, onClose }: AskProps) {
  const remove = useMutation(
    trpc.templates.removeAll.mutationOptions({
      onSuccess: ({ pipelines, topics }) => {
        onClose()
        toast.done(
          `Removed ${plural(pipelines.length, 'pipeline')} and ${plural(topics.length, 'topic')}`,
        )
      },
      onError: (error) => toast.failed('Not all of the demo data could be removed', error),
      onSettled: () => queryClient.invalidateQueries(),
    }),
  )
  const counts = `${plural(made.pipelines.length, 'pipeline')} and ${plural(made.topics.length, 'topic')}`
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Remove all demo data?"
      description="These go, with versions, run history, state and all records. Nothing brings them back."
      actions={
        <>
          <Button onClick={onClose}>Keep them</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            {remove.isPending ? 'Removing…' : `Remove ${counts}`}
          </Button>
        </>
      }
    >
      <dl className={styles.loss}>
        <dt>Pipelines</dt>
        {made.pipelines.map(({ id, name, running }) => (
          <dd key={id}>
            {name}
            {running && <span className={styles.note}> ● runs, stops now</span>}
          </dd>
        ))}
        <dt>Topics</dt>
        {made.topics.length === 0 && <dd>none</dd>}
        {made.topics.map((topic) => (
          <dd key={topic} className="mono">
            {topic}
          </dd>
        ))}
        {made.kept.length > 0 && <dt>Topics that stay, because another pipeline uses them</dt>}
        {made.kept.map((topic) => (
          <dd key={topic} className="mono">
            {topic}
          </dd>
        ))}
      </dl>
    </Dialog>
  )
}
