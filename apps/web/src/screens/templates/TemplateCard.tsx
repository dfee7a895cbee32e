/** A template at a glance: its graph, the question it answers, how soon rows come, and Start. */
import type { TemplateInfo } from '@millrace/server'
import { Link } from 'wouter'
import { paths } from '../../app/navigation.ts'
import { Button } from '../../ui/index.ts'
import { PipelineThumbnail, shapeOf } from '../shared/PipelineThumbnail.tsx'
import styles from './Templates.module.css'
import { useStartTemplate } from './use-start-template.ts'

export function TemplateCard({
  template,
  selected,
}: {
  template: TemplateInfo
  selected?: boolean
}) {
  const start = useStartTemplate(template)
  return (
    <article
      className={styles.card}
      aria-label={template.title}
      data-selected={selected || undefined}
    >
      <div className={styles.picture}>
        <PipelineThumbnail shape={shapeOf(template.document)} width={340} height={96} />
      </div>
      <div className={styles.words}>
        <h3>
          <Link href={`${paths.templates()}/${template.id}`}>{template.title}</Link>
        </h3>
        <p>{template.question}</p>
        {template.trap && <p className={styles.trap}>▲ {template.trap}</p>}
      </div>
      <div className={styles.foot}>
        <span>{template.firstRow}</span>
        <Button
          variant="primary"
          disabled={start.isPending}
          onClick={() => start.mutate({ id: template.id })}
        >
          {start.isPending ? 'Starting…' : 'Start'}
        </Button>
      </div>
    </article>
  )
}
