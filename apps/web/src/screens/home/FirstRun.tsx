/** The first run: one sentence, two ways to begin at once, and the blank canvas. */
import type { TemplateInfo } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Button, buttonClass } from '../../ui/index.ts'
import { TemplateCard } from '../templates/TemplateCard.tsx'
import styles from './HomeScreen.module.css'

const shownTemplates = 2

export interface FirstRunProps {
  onBlank(): void
  onImport(): void
}

export function FirstRun({ onBlank, onImport }: FirstRunProps) {
  const templates = useQuery(trpc.templates.list.queryOptions())
  const first: readonly TemplateInfo[] = (templates.data ?? [])
    .filter((template) => template.variantOf === null)
    .slice(0, shownTemplates)
  return (
    <section className={styles.firstRun} aria-labelledby="first-run">
      <h2 id="first-run">
        Wire a pipeline over topics, deploy it here, and see time pass through it.
      </h2>
      <p>
        A Kafka broker and a stream engine run inside this studio. A template shows rows within
        seconds.
      </p>
      <div className={styles.firstCards}>
        {first.map((template) => (
          <TemplateCard key={template.id} template={template} />
        ))}
      </div>
      <div className={styles.firstActions}>
        <Button onClick={onBlank}>Blank canvas</Button>
        <Link href={paths.templates()} className={buttonClass('plain')}>
          All templates
        </Link>
        <Button onClick={onImport}>Import…</Button>
      </div>
    </section>
  )
}
