/** What can be done with a pipeline from the list: start, stop, duplicate, export, delete. */
import type { PipelineSummary } from '@millrace/server'
import { useMutation } from '@tanstack/react-query'
import { Copy, Download, Ellipsis, Play, Square, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { client, queryClient, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { plural } from '../../format/index.ts'
import { Button, Dialog, IconButton, Menu, toast } from '../../ui/index.ts'
import { saveText } from '../shared/save-text.ts'
import { isRunning } from './pipeline-state.ts'

const iconSize = 14

function refresh(): void {
  void queryClient.invalidateQueries(trpc.pipelines.pathFilter())
}

async function exportDocument(row: PipelineSummary): Promise<void> {
  try {
    const { fileName, text } = await client.pipelines.export.query({ id: row.id })
    saveText(fileName, text, 'application/json')
  } catch (error) {
    toast.failed(`${row.name} could not be exported`, error)
  }
}

/** Why a pipeline without a version cannot start. */
function cannotStart({ problems }: PipelineSummary): string {
  if (problems === 0) return 'Start runs a version, and none was deployed yet'
  return `never deployed; ${plural(problems, 'problem')} to mend first`
}

export function PipelineActions({ row }: { row: PipelineSummary }) {
  const [asksDelete, setAsksDelete] = useState(false)
  const [, navigate] = useLocation()
  const on = (what: string) => ({
    onSuccess: refresh,
    onError: (error: unknown) => toast.failed(`${row.name} could not be ${what}`, error),
  })
  const start = useMutation(trpc.pipelines.start.mutationOptions(on('started')))
  const stop = useMutation(trpc.pipelines.stop.mutationOptions(on('stopped')))
  const duplicate = useMutation(trpc.pipelines.duplicate.mutationOptions(on('duplicated')))
  const running = isRunning(row)
  const run = running
    ? {
        id: 'stop',
        label: 'Stop',
        hint: 'takes a last checkpoint',
        icon: <Square size={iconSize} />,
        onSelect: () => stop.mutate({ id: row.id }),
      }
    : row.version === null
      ? {
          id: 'open',
          label: 'Open to deploy…',
          hint: cannotStart(row),
          icon: <Play size={iconSize} />,
          onSelect: () => navigate(paths.pipeline(row.id)),
        }
      : {
          id: 'start',
          label: 'Start',
          hint: row.draftDiffers ? `version ${row.version}, not the draft` : undefined,
          icon: <Play size={iconSize} />,
          onSelect: () => start.mutate({ id: row.id }),
        }
  const sections = [
    { items: [run] },
    {
      items: [
        {
          id: 'duplicate',
          label: 'Duplicate',
          icon: <Copy size={iconSize} />,
          onSelect: () => duplicate.mutate({ id: row.id }),
        },
        {
          id: 'export',
          label: 'Export as JSON',
          icon: <Download size={iconSize} />,
          onSelect: () => void exportDocument(row),
        },
      ],
    },
    {
      items: [
        {
          id: 'delete',
          label: 'Delete…',
          icon: <Trash2 size={iconSize} />,
          danger: true,
          onSelect: () => setAsksDelete(true),
        },
      ],
    },
  ]
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keeps the row's own click away, is no control itself
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <span onClick={(event) => event.stopPropagation()}>
      <Menu
        label={`Actions for ${row.name}`}
        align="end"
        sections={sections}
        trigger={<IconButton label={`Actions for ${row.name}`} icon={<Ellipsis size={16} />} />}
      />
      <DeleteDialog row={row} open={asksDelete} onClose={() => setAsksDelete(false)} />
    </span>
  )
}

function DeleteDialog({
  row,
  open,
  onClose,
}: {
  row: PipelineSummary
  open: boolean
  onClose(): void
}) {
  const remove = useMutation(
    trpc.pipelines.delete.mutationOptions({
      onSuccess: () => {
        onClose()
        refresh()
        toast.done(`${row.name} was deleted`)
      },
      onError: (error) => toast.failed(`${row.name} could not be deleted`, error),
    }),
  )
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Delete ${row.name}?`}
      description={`Its versions, its run history and its checkpoints go${isRunning(row) ? ', and it stops now' : ''}. The topics that it wrote stay.`}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            variant="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate({ id: row.id })}
          >
            Delete with its state
          </Button>
        </>
      }
    />
  )
}
