/** A template in full: what it teaches, what it creates, what was made from it. */
import type { TemplateInfo } from '@millrace/server'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { queryClient, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { plural } from '../../format/index.ts'
import { Button, Dialog, toast } from '../../ui/index.ts'
import { PipelineThumbnail, shapeOf } from '../shared/PipelineThumbnail.tsx'
import { OnTopic } from './OnTopic.tsx'
import styles from './Templates.module.css'
import { useStartTemplate } from './use-start-template.ts'

export interface TemplateDetailProps {
  template: TemplateInfo
  /** The same question answered another way. */
  variants: readonly TemplateInfo[]
}

export function TemplateDetail({ template, variants }: TemplateDetailProps) {
  const start = useStartTemplate(template)
  return (
    <aside className={styles.detail} aria-label={`About ${template.title}`}>
      <div className={styles.picture}>
        <PipelineThumbnail shape={shapeOf(template.document)} width={312} height={120} />
      </div>
      <h2>{template.title}</h2>
      <p className={styles.question}>{template.question}</p>
      {template.trap && <p className={styles.trap}>▲ {template.trap}</p>}
      <p>{template.teaches}</p>
      <dl>
        <dt>Nodes</dt>
        <dd>{template.document.nodes.map((node) => node.name).join(' → ')}</dd>
        <dt>Creates</dt>
        <dd>{template.creates.length > 0 ? template.creates.join(', ') : 'no topic'}</dd>
        <dt>Rows</dt>
        <dd>{template.firstRow}</dd>
      </dl>
      <Button
        variant="primary"
        disabled={start.isPending}
        onClick={() => start.mutate({ id: template.id })}
      >
        {start.isPending ? 'Starting…' : `Start ${template.title}`}
      </Button>
      <OnTopic template={template} />
      {variants.map((variant) => (
        <p key={variant.id} className={styles.variant}>
          Beside it: <Link href={`${paths.templates()}/${variant.id}`}>{variant.title}</Link>.{' '}
          {variant.trap}
        </p>
      ))}
      {template.startedAs.length > 0 && <Started template={template} />}
    </aside>
  )
}

function Started({ template }: { template: TemplateInfo }) {
  const [asks, setAsks] = useState(false)
  const remove = useMutation(
    trpc.templates.remove.mutationOptions({
      onSuccess: (removed) => {
        setAsks(false)
        void queryClient.invalidateQueries()
        toast.done(
          `Removed ${plural(removed.pipelines.length, 'pipeline')} and ${plural(removed.topics.length, 'topic')}`,
        )
      },
      onError: (error) => toast.failed('It could not be removed', error),
    }),
  )
  return (
    <section className={styles.started} aria-label="Made from this template">
      <h3>Made from it</h3>
      <ul>
        {template.startedAs.map((made) => (
          <li key={made.pipeline}>
            <Link href={paths.pipeline(made.pipeline)}>{made.name}</Link>{' '}
            {made.running ? '● running' : '○ stopped'}
          </li>
        ))}
      </ul>
      <Button variant="danger" size="small" onClick={() => setAsks(true)}>
        Remove with all that it made…
      </Button>
      <Dialog
        open={asks}
        onClose={() => setAsks(false)}
        title={`Remove all that ${template.title} made?`}
        description={lossOf(template)}
        actions={
          <>
            <Button onClick={() => setAsks(false)}>Keep it</Button>
            <Button
              variant="danger"
              disabled={remove.isPending}
              onClick={() => remove.mutate({ id: template.id })}
            >
              Remove pipelines and topics
            </Button>
          </>
        }
      />
    </section>
  )
}

/** What a removal takes away, by name. */
function lossOf({ startedAs, creates }: TemplateInfo): string {
  const pipelines = startedAs
    .map(({ name, running }) => (running ? `${name} (running, stops now)` : name))
    .join(', ')
  const topics =
    creates.length > 0
      ? `, all records of ${creates.join(', ')}, and the dead letters`
      : ' and the dead letters'
  return `These go, with their versions and state: ${pipelines}${topics}. Topics that another pipeline reads or writes stay.`
}
