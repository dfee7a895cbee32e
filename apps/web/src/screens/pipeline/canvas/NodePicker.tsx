/** The list of nodes that fit at a place: after an output, on an edge, or free. Enter inserts. */

import { canConnect } from '@millrace/engine/plan'
import { Command } from 'cmdk'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import list from '../../../ui/CommandList.module.css'
import { cx } from '../../../ui/cx.ts'
import { allDefinitions, catalogue, groupTitles } from '../catalogue.ts'
import {
  type AnyDefinition,
  addNode,
  addNodeAfter,
  insertOnEdge,
  makeNode,
} from '../editor/commands.ts'
import { addNodes } from '../editor/graph.ts'
import { KindIcon } from '../KindIcon.tsx'
import { type PickerRequest, type PipelineModel, useModel } from '../model.ts'
import { focusNode } from './keys/focus.ts'
import styles from './NodePicker.module.css'

export function NodePicker() {
  const model = useModel()
  const request = useStore(model.picker, (state) => state.open)
  return request ? <Picker request={request} model={model} /> : null
}

function Picker({ request, model }: { request: PickerRequest; model: PipelineModel }) {
  const input = useRef<HTMLInputElement>(null)
  const close = () => model.picker.setState({ open: null })
  useEffect(() => {
    const before = document.activeElement
    input.current?.focus()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  const choose = (definition: AnyDefinition) => {
    close()
    insert(model, request, definition)
    focusSelected(model)
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape does the same for the keyboard */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same for the keyboard */}
      <div className={styles.veil} onClick={close} />
      <Command
        className={cx(styles.picker, list.list)}
        label="Add a node"
        loop
        style={{
          left: Math.max(8, Math.min(request.screen.x, window.innerWidth - 316)),
          top: Math.max(8, Math.min(request.screen.y, window.innerHeight - 380)),
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' || event.key === 'Tab') {
            event.preventDefault()
            event.stopPropagation()
            close()
          }
        }}
      >
        <Command.Input ref={input} placeholder={titleOf(request)} aria-label="Find a node to add" />
        <Command.List>
          <Command.Empty>No node of that name.</Command.Empty>
          {groupTitles.map(({ group, title }) => (
            <Choices
              key={title}
              title={title}
              groups={group}
              request={request}
              model={model}
              choose={choose}
            />
          ))}
        </Command.List>
      </Command>
    </>
  )
}

/** The next key belongs to the node that was just made; React Flow shows it once it has measured it. */
function focusSelected(model: PipelineModel): void {
  const [id] = model.editor.store.getState().view.nodes
  const root = { current: document.querySelector<HTMLDivElement>('#canvas-pane') }
  if (id) requestAnimationFrame(() => focusNode(root, id))
}

function Choices(props: {
  title: string
  groups: readonly string[]
  request: PickerRequest
  model: PipelineModel
  choose(definition: AnyDefinition): void
}) {
  const { request, model } = props
  const fitting = allDefinitions().filter(
    (definition) => props.groups.includes(definition.group) && fits(definition, request),
  )
  if (fitting.length === 0) return null
  return (
    <Command.Group heading={props.title}>
      {fitting.map((definition) => {
        const refusal = refusalOf(definition, request, model)
        return (
          <Command.Item
            key={definition.kind}
            value={`${props.title} ${definition.title}`}
            onSelect={() => props.choose(definition)}
          >
            <KindIcon definition={definition} />
            <span>
              {definition.title}
              <span className={styles.tagline}>{refusal ?? definition.tagline}</span>
            </span>
          </Command.Item>
        )
      })}
    </Command.Group>
  )
}

/** Has it the ports that the place needs? */
function fits(definition: AnyDefinition, request: PickerRequest): boolean {
  const takes = definition.inputs.length > 0
  if (request.on) {
    return takes && definition.outputs(definition.initial()).some((port) => port.role === 'main')
  }
  return request.after ? takes : true
}

/** Why it could not be wired as it is; it is added all the same, and its problems say what is missing. */
function refusalOf(
  definition: AnyDefinition,
  request: PickerRequest,
  model: PipelineModel,
): string | null {
  const from = request.after ?? request.on?.from
  const input = definition.inputs[0]
  if (!from || !input) return null
  const { document } = model.analyst.store.getState()
  const node = makeNode(document, { definition, position: request.position })
  const grown = addNodes(document, [node])
  const edge = { from, to: { node: node.id, port: input.name } }
  const answer = canConnect(grown, edge, catalogue, { topics: model.analyst.topics() })
  return answer.ok ? null : `Not yet: ${answer.reason}`
}

export function insert(
  model: PipelineModel,
  request: PickerRequest,
  definition: AnyDefinition,
): void {
  const wanted = { definition, position: request.position }
  if (request.on) model.editor.run(insertOnEdge(wanted, request.on))
  else if (request.after) model.editor.run(addNodeAfter(wanted, request.after))
  else model.editor.run(addNode(wanted))
  // The overlay with all nodes would cover what was just made.
  model.panes.setState({ inspectorTab: 'configure', palette: false })
}

function titleOf(request: PickerRequest): string {
  if (request.on) return 'Insert on this edge'
  return request.after ? 'Add behind this output' : 'Add a node'
}
