/** Rows of a node's output as they pass: a table or a chart; pausing drops nothing. */
import type { Field } from '@millrace/schemas'
import type { TapBatch, ViewRows } from '@millrace/server'
import { Pause, Play, Table2 } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { client } from '../../../api/client.ts'
import { formatCompact, formatCount } from '../../../format/index.ts'
import { Button, EmptyState, ErrorState, Loading, Segmented, Select } from '../../../ui/index.ts'
import { fateWords } from '../canvas/PortExtras.tsx'
import { inputsOf, outputsOf } from '../catalogue.ts'
import { nodeById } from '../editor/graph.ts'
import { isRunning } from '../live/live-store.ts'
import { type PipelineModel, selectShown, useEditor, useLive, useModel } from '../model.ts'
import { isNumeric } from './cells.ts'
import styles from './Inspector.module.css'
import { RowTable, type ShownRow } from './RowTable.tsx'
import { followRows, type Rows } from './rows.ts'

const RowChart = lazy(() =>
  import('./RowChart.tsx').then((module) => ({ default: module.RowChart })),
)

type Look = 'table' | 'chart'

export function DataTab({ node, port }: { node: string; port: string | null }) {
  const model = useModel()
  const shown = useEditor((state) => nodeById(selectShown(state), node))
  const deployed = useEditor((state) =>
    nodeById(state.deployed?.document ?? selectShown(state), node),
  )
  const isDeployed = useEditor(
    (state) => state.deployed?.document.nodes.some((item) => item.id === node) ?? false,
  )
  const running = useLive((state) => isRunning(state.view))
  const outputs = shown ? outputsOf(shown) : []
  const upstream = useEditor((state) => {
    const edge = selectShown(state).edges.find((item) => item.to.node === node)
    return edge ? `${edge.from.node} ${edge.from.port}` : ''
  })
  if (!shown) return null
  if (!isDeployed || !running || !deployed)
    return (
      <PreviewRows
        model={model}
        node={node}
        port={port ?? outputs[0]?.name ?? null}
        running={running}
      />
    )
  if (deployed.kind === 'view-sink') return <LiveView model={model} node={node} />
  const own = outputs.length > 0
  if (!own && (!upstream || inputsOf(shown).length === 0))
    return (
      <EmptyState title="Nothing flows in">
        Connect an output to this node to see its rows.
      </EmptyState>
    )
  const [tapNode, tapPort] = own ? [node, port ?? outputs[0].name] : upstream.split(' ')
  return (
    <LiveRows
      key={`${tapNode} ${tapPort}`}
      model={model}
      node={tapNode}
      port={tapPort}
      ports={
        own
          ? outputs.map((item) => ({
              value: item.name,
              label: item.role === 'main' ? item.name : fateWords(item),
            }))
          : []
      }
    />
  )
}

function LiveRows(props: {
  model: PipelineModel
  node: string
  port: string
  ports: readonly { value: string; label: string }[]
}) {
  const { model, node, port } = props
  const [rows, setRows] = useState<Rows | null>(null)
  useEffect(() => {
    const made = followRows((after, onBatch, onError) => {
      const subscription = client.runs.tap.subscribe(
        { pipeline: model.id, node, port, after },
        {
          onData: (batch) => onBatch(batch as TapBatch),
          onError: (error) => onError(error.message),
        },
      )
      return () => subscription.unsubscribe()
    })
    setRows(made)
    return () => made.close()
  }, [model, node, port])
  return rows ? <Tapped {...props} rows={rows} /> : null
}

function Tapped(props: {
  model: PipelineModel
  port: string
  ports: readonly { value: string; label: string }[]
  rows: Rows
}) {
  const { rows, model } = props
  const state = useStore(rows.store)
  const [look, setLook] = useState<Look>('table')
  const shown = useMemo<ShownRow[]>(
    () => state.rows.map((row) => ({ ...row, key: row.sequence })),
    [state.rows],
  )
  if (state.error)
    return (
      <ErrorState
        title="Rows could not be read"
        error={state.error}
        onRetry={() => rows.resume()}
      />
    )
  return (
    <div className={styles.column}>
      <div className={styles.dataBar}>
        {state.paused ? (
          <Button size="small" icon={<Play size={13} aria-hidden />} onClick={() => rows.resume()}>
            Go on
          </Button>
        ) : (
          <Button size="small" icon={<Pause size={13} aria-hidden />} onClick={() => rows.pause()}>
            Pause
          </Button>
        )}
        <LookSwitch look={look} onChange={setLook} />
        {props.ports.length > 1 && (
          <span style={{ width: 120 }}>
            <Select
              aria-label="Output"
              value={props.port}
              options={props.ports}
              onChange={(next) => model.panes.setState({ dataPort: next })}
            />
          </span>
        )}
        <span role="status" style={{ color: 'var(--muted)', fontSize: 12 }}>
          {state.paused
            ? `${formatCount(state.pending.length)} new rows, none dropped`
            : `${formatCompact(state.total)} ${state.total === 1 ? 'row' : 'rows'} so far`}
          {state.skipped > 0 && `, ${formatCompact(state.skipped)} more than can be shown`}
        </span>
      </div>
      <Shown look={look} fields={state.row?.fields ?? []} rows={shown} />
    </div>
  )
}

function LookSwitch({ look, onChange }: { look: Look; onChange(look: Look): void }) {
  return (
    <Segmented
      label="Show rows as"
      value={look}
      onChange={onChange}
      options={[
        { value: 'table', label: 'Table' },
        { value: 'chart', label: 'Chart' },
      ]}
    />
  )
}

function Shown({
  look,
  fields,
  rows,
}: {
  look: Look
  fields: readonly Field[]
  rows: readonly ShownRow[]
}) {
  if (rows.length === 0)
    return (
      <EmptyState icon={<Table2 size={22} />} title="No rows have passed since you opened this">
        They appear here as they pass. A window sends its rows when it closes.
      </EmptyState>
    )
  if (look === 'chart') {
    if (!fields.some(isNumeric))
      return <EmptyState title="No number to draw">These rows have no numeric column.</EmptyState>
    return (
      <Suspense fallback={<Loading what="Drawing" />}>
        <RowChart fields={fields} rows={rows} />
      </Suspense>
    )
  }
  return <RowTable label="Rows" fields={fields} rows={rows} />
}

function LiveView({ model, node }: { model: PipelineModel; node: string }) {
  const [view, setView] = useState<ViewRows | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [look, setLook] = useState<Look>('table')
  useEffect(() => {
    const subscription = client.runs.viewLive.subscribe(
      { pipeline: model.id, node },
      {
        onData: (next) => setView(next as ViewRows),
        onError: (failure) => setError(failure.message),
      },
    )
    return () => subscription.unsubscribe()
  }, [model, node])
  const rows = useMemo<ShownRow[]>(
    () =>
      (view?.rows ?? []).map((row, index) => ({
        key: row.key.length > 0 ? JSON.stringify(row.key) : index,
        kind: '+I',
        eventTime: row.eventTime,
        cells: row.cells,
      })),
    [view],
  )
  if (error) return <ErrorState title="The view could not be read" error={error} />
  if (!view) return <Loading what="Reading the view" />
  return (
    <div className={styles.column}>
      <div className={styles.dataBar}>
        <LookSwitch look={look} onChange={setLook} />
        <span role="status" style={{ color: 'var(--muted)', fontSize: 12 }}>
          {formatCount(rows.length)}{' '}
          {view.keys.length > 0 ? `keys of ${view.keys.join(', ')}` : 'rows'}
        </span>
      </div>
      <Shown look={look} fields={view.row.fields} rows={rows} />
    </div>
  )
}

function PreviewRows(props: {
  model: PipelineModel
  node: string
  port: string | null
  running: boolean
}) {
  const preview = useStore(props.model.preview)
  const found = props.port === null ? undefined : preview.nodes[props.node]?.ports[props.port]
  const rows = useMemo<ShownRow[]>(
    () => (found?.rows ?? []).map((row, index) => ({ ...row, key: index })),
    [found],
  )
  const [look, setLook] = useState<Look>('table')
  if (!found)
    return (
      <EmptyState
        icon={<Table2 size={22} />}
        title={props.running ? 'This node is not deployed yet' : 'The pipeline does not run'}
      >
        Deploy it, and rows that pass here are shown.
      </EmptyState>
    )
  return (
    <div className={styles.column}>
      <div className={styles.dataBar}>
        <LookSwitch look={look} onChange={setLook} />
        <span style={{ color: 'var(--muted)', fontSize: 12 }}>
          Preview: {formatCount(found.count)} rows
        </span>
      </div>
      <Shown look={look} fields={found.fields} rows={rows} />
    </div>
  )
}
