/** Pipelines to begin with. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { Button, ErrorState, Loading, toast } from '../../ui/index.ts'

export function TemplatesScreen({ template }: { template: string | null }) {
  const [, navigate] = useLocation()
  const list = useQuery(trpc.templates.list.queryOptions())
  const start = useMutation(
    trpc.templates.start.mutationOptions({
      onSuccess: (made) => navigate(paths.pipeline(made.pipeline)),
      onError: (error) => toast.failed('The template could not be started', error),
    }),
  )
  return (
    <Screen crumbs={[{ label: 'Pipelines', path: paths.home() }, { label: 'Templates' }]}>
      {list.isPending && <Loading what="Reading the templates" />}
      {list.error && (
        <ErrorState
          title="Could not read the templates"
          error={list.error}
          onRetry={() => list.refetch()}
        />
      )}
      <ul
        style={{
          listStyle: 'none',
          margin: 0,
          padding: 16,
          display: 'grid',
          gap: 12,
          maxWidth: 720,
        }}
      >
        {list.data?.map((item) => (
          <li key={item.id} aria-current={item.id === template || undefined}>
            <b>{item.title}</b>
            <p>{item.question}</p>
            <Button onClick={() => start.mutate({ id: item.id })}>Start</Button>
          </li>
        ))}
      </ul>
    </Screen>
  )
}
