/** What hangs at a card's outputs: the counted stub of a fate that leads nowhere, and the + of a free main output. */
import type { Port } from '@millrace/engine/plan'
import type { DocumentNode } from '@millrace/schemas'
import { Clock, FileWarning, Plus, Split } from 'lucide-react'
import { memo } from 'react'
import { useStore } from 'zustand'
import { formatCompact } from '../../../format/index.ts'
import { Menu, type MenuItem } from '../../../ui/index.ts'
import { definitionOf } from '../catalogue.ts'
import { addNodeAfter } from '../editor/commands.ts'
import { replaceConfig } from '../editor/config-commands.ts'
import { getPath } from '../editor/graph.ts'
import { shownDocument } from '../editor/state.ts'
import { type PipelineModel, useModel } from '../model.ts'
import styles from './PortExtras.module.css'
import { cardWidth, portTop } from './ports.ts'

const fateIcons = { late: Clock, 'dead-letters': FileWarning, side: Split }

/** Short words for a fate; its title says more. */
export function fateWords(port: Port): string {
  if (port.fate === 'late') return 'too late'
  return port.fate === 'dead-letters' ? 'dead letters' : port.name
}

export function fateIcon(port: Port) {
  return fateIcons[port.fate ?? 'side']
}

export const PortExtras = memo(function PortExtras(props: {
  node: DocumentNode
  outputs: readonly Port[]
  readOnly: boolean
}) {
  const { node, outputs, readOnly } = props
  const model = useModel()
  const wired = useStore(model.editor.store, (state) =>
    shownDocument(state)
      .edges.filter((edge) => edge.from.node === node.id)
      .map((edge) => edge.from.port)
      .join(' '),
  ).split(' ')
  const free = outputs.filter((port) => !wired.includes(port.name))
  const place = (port: Port) => portTop(outputs.indexOf(port), outputs.length)
  const fates = free.filter((port) => port.role === 'fate')
  return (
    <>
      {!readOnly &&
        free
          .filter((port) => port.role !== 'fate')
          .map((port) => <AddAfter key={port.name} node={node} port={port} top={place(port)} />)}
      {fates.map((port, index) => (
        <span
          key={port.name}
          className={styles.stubLine}
          style={{ top: place(port), width: 8 + 4 * (fates.length - 1 - index) }}
        />
      ))}
      {fates.length > 0 && (
        <div className={`${styles.stubs} nodrag nopan`}>
          {fates.map((port) => (
            <Stub key={port.name} node={node} port={port} readOnly={readOnly} />
          ))}
        </div>
      )}
    </>
  )
})

function AddAfter({ node, port, top }: { node: DocumentNode; port: Port; top: number }) {
  const model = useModel()
  return (
    <button
      type="button"
      className={`${styles.plus} nodrag nopan`}
      style={{ top: top - 12 }}
      aria-label={`Add a node after ${node.name}`}
      title="Add a node here"
      onClick={(event) => {
        event.stopPropagation()
        const box = event.currentTarget.getBoundingClientRect()
        model.picker.setState({
          open: {
            screen: { x: box.right + 4, y: box.top },
            position: behind(node, 0),
            after: { node: node.id, port: port.name },
          },
        })
      }}
    >
      <Plus size={14} aria-hidden />
    </button>
  )
}

/** Where a node goes that follows another. */
export function behind(node: DocumentNode, row: number): { x: number; y: number } {
  return { x: node.position.x + cardWidth + 112, y: node.position.y + row * 128 }
}

function Stub(props: { node: DocumentNode; port: Port; readOnly: boolean }) {
  const { node, port } = props
  const model = useModel()
  const count = useStore(model.live, (state) => {
    const ledger = state.view?.facts?.nodes[node.id]?.ledger
    if (!ledger) return null
    if (port.fate === 'late') return ledger.late
    if (port.fate === 'dead-letters') return ledger.deadLetters
    return ledger.out[port.name] ?? 0
  })
  const Icon = fateIcon(port)
  const lost = port.fate === 'late' && (count ?? 0) > 0
  return (
    <Menu
      label={port.title}
      sections={[{ label: `${port.title}`, items: stubItems(model, node, port, props.readOnly) }]}
      trigger={
        <button
          type="button"
          className={styles.stubButton}
          title={port.title}
          aria-label={`${fateWords(port)} of ${node.name}, ${count ?? 0} rows: where to`}
          data-tone={lost ? 'warn' : undefined}
        >
          <Icon size={12} aria-hidden />
          <span className={styles.stubWords}>{fateWords(port)}</span>
          {count !== null && count > 0 && <b>{formatCompact(count)}</b>}
        </button>
      }
    />
  )
}

function stubItems(
  model: PipelineModel,
  node: DocumentNode,
  port: Port,
  readOnly: boolean,
): MenuItem[] {
  const from = { node: node.id, port: port.name }
  const sink = definitionOf('topic-sink')
  const items: MenuItem[] = [
    {
      id: 'topic',
      label: 'Send to a topic',
      hint: 'Adds a topic sink for these rows',
      disabled: readOnly || !sink,
      onSelect: () => {
        if (sink)
          model.editor.run(
            addNodeAfter(
              {
                definition: sink,
                position: behind(node, 1),
                name: `${node.name} ${fateWords(port)}`,
              },
              from,
            ),
          )
      },
    },
    {
      id: 'count',
      label: 'Count only',
      hint:
        port.fate === 'dead-letters'
          ? `As it is now: counted, bytes kept in ${model.id}.dead-letters`
          : 'As it is now: counted here, kept nowhere',
      onSelect: () => {
        model.editor.say(`${fateWords(port)} rows of ${node.name} are counted only`)
        if (getPath(node.config, 'lateRows') !== undefined)
          model.editor.run(replaceConfig(node.id, 'Count late rows only', { lateRows: 'count' }))
      },
    },
  ]
  const lateness = latenessField(node)
  if (port.fate === 'late' && lateness) {
    items.push({
      id: 'accept',
      label: 'Accept more late rows…',
      hint: 'Keeps windows open for longer',
      disabled: readOnly,
      onSelect: () => {
        model.editor.look({
          nodes: [node.id],
          edges: [],
          field: { node: node.id, field: lateness, at: Date.now() },
        })
        model.panes.setState({ inspectorTab: 'configure' })
      },
    })
  }
  return items
}

/** The field of a config that admits late rows. */
function latenessField(node: DocumentNode): string | null {
  const names = ['allowedLatenessMs', 'acceptLateMs', 'latenessMs']
  return names.find((name) => getPath(node.config, name) !== undefined) ?? null
}
