/** The template gallery: pipelines to begin with, each answering one question. */
import { useQuery } from '@tanstack/react-query'
import { trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { EmptyState, ErrorState, Loading } from '../../ui/index.ts'
import { TemplateCard } from './TemplateCard.tsx'
import { TemplateDetail } from './TemplateDetail.tsx'
import { TemplateRows } from './TemplateRows.tsx'
import styles from './Templates.module.css'

export function TemplatesScreen({ template }: { template: string | null }) {
  const list = useQuery(trpc.templates.list.queryOptions())
  const chosen = list.data?.find((item) => item.id === template)
  const crumbs = [{ label: 'Pipelines', path: paths.home() }, { label: 'Templates' }]
  return (
    <Screen crumbs={crumbs}>
      {list.isPending && <Loading what="Reading the templates" />}
      {list.error && (
        <ErrorState
          title="Could not read the templates"
          error={list.error}
          onRetry={() => list.refetch()}
        />
      )}
      {list.data?.length === 0 && (
        <EmptyState title="Templates are switched off">
          This server was started with --no-templates.
        </EmptyState>
      )}
      {list.data && list.data.length > 0 && (
        <div className={styles.gallery}>
          <div className={styles.main}>
            <div className={styles.cards}>
              {list.data.map((item) => (
                <TemplateCard key={item.id} template={item} selected={item === chosen} />
              ))}
            </div>
            {chosen && <TemplateRows template={chosen} />}
          </div>
          {chosen && (
            <TemplateDetail
              template={chosen}
              variants={list.data.filter((item) => item.variantOf === chosen.id)}
            />
          )}
        </div>
      )}
    </Screen>
  )
}
