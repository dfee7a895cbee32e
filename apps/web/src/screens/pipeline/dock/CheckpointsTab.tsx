/** Checkpoints of the running job, newest first. */
import type { CheckpointStatus } from '@millrace/server'
import { useMutation } from '@tanstack/react-query'
import { Flag } from 'lucide-react'
import { useMemo } from 'react'
import { client } from '../../../api/client.ts'
import { usePreferences } from '../../../app/preferences.ts'
import { formatBytes, formatClock, formatDuration } from '../../../format/index.ts'
import { Button, type Column, EmptyState, Status, Table, toast } from '../../../ui/index.ts'
import { isRunning } from '../live/live-store.ts'
import { useLive, useModel } from '../model.ts'
import styles from './Dock.module.css'

const noCheckpoints: readonly CheckpointStatus[] = []

export function CheckpointsTab() {
  const model = useModel()
  const { clock } = usePreferences()
  const running = useLive((state) => isRunning(state.view))
  const list = useLive((state) => state.view?.status?.checkpoints ?? noCheckpoints)
  const soon = useLive((state) => {
    const { view } = state
    const at = view?.facts?.nextCheckpointAt ?? null
    return at === null || !view ? null : Math.max(0, Math.ceil((at - view.at) / 1000) * 1000)
  })
  const columns = useMemo(() => columnsOf(clock), [clock])
  const newestFirst = useMemo(() => [...list].sort((a, b) => b.id - a.id), [list])
  const take = useMutation({
    mutationFn: () => client.runs.checkpoint.mutate({ pipeline: model.id }),
    onSuccess: ({ id }) => toast.done(`Checkpoint ${id} is complete`),
    onError: (error) => toast.failed('No checkpoint was taken', error),
  })
  const button = (
    <Button size="small" busy={take.isPending} disabled={!running} onClick={() => take.mutate()}>
      Take a checkpoint now
    </Button>
  )
  if (newestFirst.length === 0)
    return (
      <EmptyState
        icon={<Flag size={22} />}
        title={
          running && soon !== null
            ? `No checkpoints yet: first in ${formatDuration(soon)}`
            : 'No checkpoints yet'
        }
        actions={running ? button : undefined}
      >
        A checkpoint is the state of every node at one point of its input. After a crash the job
        goes on from the newest one.
      </EmptyState>
    )
  return (
    <div className={styles.column}>
      <div className={styles.hint}>{button}</div>
      <Table
        label="Checkpoints"
        columns={columns}
        rows={newestFirst}
        rowKey={(row) => row.id}
        rowHeight={28}
      />
    </div>
  )
}

const tones = { complete: 'ok', failed: 'bad', running: 'plain' } as const
const words = { complete: 'complete', failed: 'failed', running: 'running' }

function columnsOf(clock: 'local' | 'utc'): Column<CheckpointStatus>[] {
  return [
    { id: 'id', title: 'checkpoint', width: '96px', numeric: true, render: (row) => row.id },
    {
      id: 'state',
      title: 'state',
      width: '116px',
      render: (row) => <Status tone={tones[row.state]}>{words[row.state]}</Status>,
    },
    {
      id: 'at',
      title: 'started, wall clock',
      width: '140px',
      render: (row) => formatClock(row.startedAt, clock),
    },
    {
      id: 'took',
      title: 'took',
      width: '90px',
      numeric: true,
      render: (row) => formatDuration(row.durationMs),
    },
    {
      id: 'size',
      title: 'size',
      width: '90px',
      numeric: true,
      render: (row) => formatBytes(row.bytes),
    },
    { id: 'cause', title: 'cause', width: 'minmax(120px, 1fr)', render: (row) => row.cause ?? '' },
  ]
}
