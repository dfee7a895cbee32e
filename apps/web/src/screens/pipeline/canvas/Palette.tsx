/** The nodes to add: drag one to the canvas, click, or find it by name. A column on wide screens, else an overlay. */
import { useReactFlow } from '@xyflow/react'
import { Plus, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import { Keys } from '../../../shortcuts/Keys.tsx'
import { Button, IconButton, Input, Tooltip } from '../../../ui/index.ts'
import { allDefinitions, groupTitles } from '../catalogue.ts'
import { type AnyDefinition, addNode } from '../editor/commands.ts'
import { KindIcon } from '../KindIcon.tsx'
import { type PipelineModel, useModel } from '../model.ts'
import styles from './Palette.module.css'
import { cardWidth } from './ports.ts'

/** Data type of a dragged kind. */
export const dragType = 'application/x-millrace-kind'
const wide = window.matchMedia('(min-width: 1600px)')

export function useWideScreen(): boolean {
  return useSyncExternalStore(
    (changed) => {
      wide.addEventListener('change', changed)
      return () => wide.removeEventListener('change', changed)
    },
    () => wide.matches,
  )
}

export function Palette({ docked }: { docked: boolean }) {
  const model = useModel()
  const open = useStore(model.panes, (panes) => panes.palette)
  const readOnly = useStore(model.editor.store, (state) => state.view.lane === 'live')
  if (readOnly) return null
  if (docked || open) return <Open model={model} docked={docked} />
  return (
    <Button
      className={styles.open}
      icon={<Plus size={14} aria-hidden />}
      onClick={() => model.panes.setState({ palette: true })}
    >
      Add a node <Keys id="find-node" />
    </Button>
  )
}

function Open({ model, docked }: { model: PipelineModel; docked: boolean }) {
  const [words, setWords] = useState('')
  const search = useRef<HTMLInputElement>(null)
  const add = useAddInView(model)
  useEffect(() => {
    if (!docked && model.editor.store.getState().doc.nodes.length > 0) search.current?.focus()
  }, [docked, model])
  const matches = allDefinitions().filter((definition) =>
    `${definition.title} ${definition.kind}`.toLowerCase().includes(words.trim().toLowerCase()),
  )
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && words && matches[0]) {
      add(matches[0])
      setWords('')
    }
    if (event.key === 'Escape') {
      setWords('')
      if (!docked) model.panes.setState({ palette: false })
    }
  }
  return (
    <aside className={styles.palette} data-over={docked ? undefined : ''} aria-label="Nodes to add">
      <div className={styles.search} data-over={docked ? undefined : ''}>
        <Input
          ref={search}
          id="palette-search"
          aria-label="Find a node to add"
          placeholder="Add a node"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {!words && <Keys id="find-node" />}
        {!docked && (
          <IconButton
            label="Close the list of nodes"
            icon={<X size={15} />}
            onClick={() => model.panes.setState({ palette: false })}
          />
        )}
      </div>
      {groupTitles.map(({ group, title }) => {
        const items = matches.filter((definition) => group.includes(definition.group))
        return (
          items.length > 0 && (
            <section key={title} aria-label={title}>
              <h3>{title}</h3>
              {items.map((definition) => (
                <Item key={definition.kind} definition={definition} onAdd={() => add(definition)} />
              ))}
            </section>
          )
        )
      })}
      {matches.length === 0 && <p className={styles.none}>No node of that name.</p>}
    </aside>
  )
}

function Item({ definition, onAdd }: { definition: AnyDefinition; onAdd(): void }) {
  return (
    <Tooltip content={definition.tagline} side="right">
      <button
        type="button"
        className={styles.item}
        aria-label={`Add ${definition.title}`}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.setData(dragType, definition.kind)
          event.dataTransfer.effectAllowed = 'copy'
        }}
        onClick={onAdd}
      >
        <KindIcon definition={definition} />
        {definition.title}
      </button>
    </Tooltip>
  )
}

/** Adds a node in the middle of what is seen, beside what lies there already. */
function useAddInView(model: PipelineModel): (definition: AnyDefinition) => void {
  const flow = useReactFlow()
  return (definition) => {
    const { doc, view } = model.editor.store.getState()
    const last = doc.nodes.find((node) => node.id === view.nodes.at(-1)) ?? doc.nodes.at(-1)
    const pane = document.querySelector('.react-flow')?.getBoundingClientRect()
    const middle = flow.screenToFlowPosition({
      x: (pane?.left ?? 0) + Math.max(210, (pane?.width ?? 800) * 0.2),
      y: (pane?.top ?? 0) + (pane?.height ?? 600) / 3,
    })
    const wanted = last ? { x: last.position.x + cardWidth + 112, y: last.position.y } : middle
    const free = freePlace(wanted, doc.nodes)
    model.editor.run(addNode({ definition, position: free }))
    model.panes.setState({ inspectorTab: 'configure' })
  }
}

/** Goes down until nothing is covered. */
function freePlace(
  wanted: { x: number; y: number },
  nodes: readonly { position: { x: number; y: number } }[],
): { x: number; y: number } {
  const place = { ...wanted }
  const covered = () =>
    nodes.some(
      ({ position }) =>
        Math.abs(position.x - place.x) < cardWidth + 20 && Math.abs(position.y - place.y) < 116,
    )
  while (covered()) place.y += 128
  return place
}
