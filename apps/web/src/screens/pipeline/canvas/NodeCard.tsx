/** The one card for all kinds: icon, name, state; what it does; three numbers; ports. Driven by the catalogue. */
import type { Problem } from '@millrace/engine/plan'
import type { DocumentNode } from '@millrace/schemas'
import { Handle, type NodeProps, Position } from '@xyflow/react'
import { memo, useRef } from 'react'
import { useStore } from 'zustand'
import { definitionOf, describeNode, hueOf, inputsOf, outputsOf } from '../catalogue.ts'
import { rename } from '../editor/commands.ts'
import { nodeById } from '../editor/graph.ts'
import { type EditorState, shownDocument } from '../editor/state.ts'
import { KindIcon } from '../KindIcon.tsx'
import { isRunning, type LiveState } from '../live/live-store.ts'
import { type PipelineModel, useModel } from '../model.ts'
import { fitLines } from './fit-lines.ts'
import styles from './NodeCard.module.css'
import { NodeLive } from './NodeLive.tsx'
import { PortExtras } from './PortExtras.tsx'
import { cardHeight, portTop } from './ports.ts'
import { WhyNoOutput } from './WhyNoOutput.tsx'

/** Blocked for more than this share of the time: its output has no room. */
const blockedShare = 0.5

export const NodeCard = memo(function NodeCard({ id, selected }: NodeProps) {
  const model = useModel()
  const node = useStore(model.editor.store, (state) => nodeById(shownDocument(state), id))
  if (!node) return null
  return <Card node={node} selected={selected ?? false} model={model} />
})

function Card({
  node,
  selected,
  model,
}: {
  node: DocumentNode
  selected: boolean
  model: PipelineModel
}) {
  const { id } = node
  const definition = definitionOf(node.kind)
  const draft = useStore(model.editor.store, (state) => isDraft(state, id))
  const touched = useStore(model.editor.store, (state) => state.view.touched.includes(id))
  const target = useStore(model.connect, (state) =>
    state?.target?.node === id ? state.verdict.ok : null,
  )
  const problems = useStore(model.analyst.store, (state) => state.byNode.get(id))
  const job = useStore(model.live, (state) => jobWord(state, id))
  const renaming = useStore(model.editor.store, (state) => state.view.renaming === id)
  const readOnly = useStore(model.editor.store, (state) => state.view.lane === 'live')
  const inputs = inputsOf(node)
  const outputs = outputsOf(node)
  const lines = describeNode(node)
  const state = node.disabled ? disabledState : cardState(problems, draft, job)
  return (
    <div
      className={styles.card}
      data-testid={`node-${id}`}
      data-selected={selected || undefined}
      data-draft={draft || undefined}
      data-disabled={node.disabled}
      data-bad={state?.tone === 'bad' || undefined}
      data-touched={touched || undefined}
      data-target={target === null ? undefined : target ? 'yes' : 'no'}
      style={{ '--hue': hueOf(definition?.group), minHeight: cardHeight(outputs.length) } as never}
    >
      <div className={styles.head}>
        <KindIcon definition={definition} className={styles.icon} />
        {renaming ? (
          <NameInput node={node} model={model} />
        ) : (
          <span className={styles.name} title={node.name}>
            {node.name}
          </span>
        )}
        {state && !renaming && (
          <span className={styles.state} data-tone={state.tone}>
            {state.sign && <span aria-hidden>{state.sign} </span>}
            <span className={styles.stateWords}>{state.words}</span>
          </span>
        )}
      </div>
      <div className={styles.lines} title={lines.join(' · ')}>
        {fitLines(lines).map((line) => (
          <div key={line}>{line}</div>
        ))}
      </div>
      <NodeLive id={id} group={definition?.group ?? 'row'} draft={draft} />
      {inputs.map((port, index) => (
        <Handle
          key={port.name}
          id={port.name}
          role="img"
          type="target"
          position={Position.Left}
          className={styles.port}
          style={{ top: portTop(index, inputs.length) }}
          aria-label={`Input ${port.title} of ${node.name}`}
          title={port.title}
          isConnectable={!readOnly}
        />
      ))}
      {outputs.map((port, index) => (
        <Handle
          key={port.name}
          id={port.name}
          role="img"
          type="source"
          position={Position.Right}
          className={styles.port}
          style={{ top: portTop(index, outputs.length) }}
          aria-label={`Output ${port.title} of ${node.name}`}
          title={port.title}
          isConnectable={!readOnly}
        />
      ))}
      {!node.disabled && (
        <>
          <PortExtras node={node} outputs={outputs} readOnly={readOnly} />
          <WhyNoOutput node={id} />
        </>
      )}
    </div>
  )
}

function NameInput({ node, model }: { node: DocumentNode; model: PipelineModel }) {
  const cancelled = useRef(false)
  return (
    <input
      className={`${styles.rename} nodrag nopan`}
      aria-label={`Name of ${node.name}`}
      defaultValue={node.name}
      maxLength={120}
      ref={(input) => {
        if (input && document.activeElement !== input) {
          input.focus()
          input.select()
        }
      }}
      onBlur={(event) => {
        if (!cancelled.current) model.editor.run(rename(node.id, event.target.value))
      }}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape') {
          cancelled.current = true
          model.editor.look({ renaming: null })
        }
        if (event.key === 'Enter') event.currentTarget.blur()
      }}
    />
  )
}

/** In the draft, and not running as it is drawn: new, changed, or nothing is deployed. */
export function isDraft(state: EditorState, id: string): boolean {
  if (state.view.lane === 'live') return false
  if (!state.deployed) return true
  const [mine, deployed] = [nodeById(state.doc, id), nodeById(state.deployed.document, id)]
  if (!mine || !deployed) return true
  return (
    mine.kind !== deployed.kind ||
    mine.disabled !== deployed.disabled ||
    (mine.config !== deployed.config &&
      JSON.stringify(mine.config) !== JSON.stringify(deployed.config))
  )
}

interface CardState {
  sign?: string
  words: string
  tone?: 'bad' | 'warn'
}

const disabledState: CardState = { words: 'disabled' }

/** Only what is not the normal case: a running node says nothing. */
function cardState(
  problems: readonly Problem[] | undefined,
  draft: boolean,
  job: string,
): CardState | null {
  const errors = problems?.filter((problem) => problem.severity === 'error').length ?? 0
  if (errors > 0)
    return { sign: '✕', words: errors === 1 ? '1 problem' : `${errors} problems`, tone: 'bad' }
  if (job === 'failed' && !draft) return { sign: '✕', words: 'failed', tone: 'bad' }
  if (draft) return { words: 'draft' }
  if (job === 'blocked') return { sign: '▲', words: 'no room behind', tone: 'warn' }
  if (problems && problems.length > 0) return { sign: '▲', words: 'warning', tone: 'warn' }
  return job ? { words: job } : null
}

/** Empty while the node simply runs. */
function jobWord(state: LiveState, id: string): string {
  const { view } = state
  if (!view) return ''
  if (view.state === 'failed') return view.failure?.node === id ? 'failed' : 'stopped'
  if (!isRunning(view)) return view.version === null ? '' : view.state
  if (view.state !== 'running') return view.state
  return (view.facts?.nodes[id]?.blocked ?? 0) > blockedShare ? 'blocked' : ''
}
