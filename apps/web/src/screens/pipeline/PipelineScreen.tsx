/** A pipeline: header, canvas, inspector, dock. */
import type { PipelineDetail } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { ReactFlowProvider } from '@xyflow/react'
import { useEffect, useState } from 'react'
import { queryClient, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { ErrorState, Loading } from '../../ui/index.ts'
import { PipelineHeader } from './header/PipelineHeader.tsx'
import { createModel, ModelProvider, type PipelineModel } from './model.ts'
import { Workbench } from './Workbench.tsx'

export function PipelineScreen({ id }: { id: string }) {
  const options = trpc.pipelines.get.queryOptions({ id })
  // The page keeps its own copy: what other windows do arrives by events and is merged.
  const detail = useQuery({
    ...options,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  if (detail.isPending)
    return (
      <Screen crumbs={[{ label: 'Pipelines', path: paths.home() }, { label: id }]}>
        <Loading what={`Opening ${id}`} />
      </Screen>
    )
  if (!detail.data)
    return (
      <Screen crumbs={[{ label: 'Pipelines', path: paths.home() }, { label: id }]}>
        <ErrorState
          title="Could not open the pipeline"
          error={detail.error}
          onRetry={() => queryClient.invalidateQueries({ queryKey: options.queryKey })}
        />
      </Screen>
    )
  return <Opened detail={detail.data} />
}

function Opened({ detail }: { detail: PipelineDetail }) {
  const [first] = useState(detail)
  const [model, setModel] = useState<PipelineModel | null>(null)
  useEffect(() => {
    const made = createModel(first)
    setModel(made)
    return made.start()
  }, [first])
  if (!model) return null
  return (
    <ModelProvider value={model}>
      <ReactFlowProvider>
        <PipelineHeader>
          <Workbench />
        </PipelineHeader>
      </ReactFlowProvider>
    </ModelProvider>
  )
}
