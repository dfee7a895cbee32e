/** The inspector: configure, look at rows, measure, read about the selected node. */
import { X } from 'lucide-react'
import { Button, IconButton, type TabItem, Tabs } from '../../../ui/index.ts'
import { WhyButton } from '../canvas/WhyNoOutput.tsx'
import { definitionOf } from '../catalogue.ts'
import { toggleDisabled } from '../editor/commands.ts'
import { edgeId, nodeById } from '../editor/graph.ts'
import { KindIcon } from '../KindIcon.tsx'
import { liveFacts } from '../live/live-store.ts'
import { type InspectorTab, selectShown, useEditor, useLive, useModel, usePanes } from '../model.ts'
import { ConfigureTab } from './ConfigureTab.tsx'
import { DataTab } from './DataTab.tsx'
import { DocsTab } from './DocsTab.tsx'
import styles from './Inspector.module.css'
import { MetricsTab } from './MetricsTab.tsx'
import { SettingsPane } from './SettingsPane.tsx'

export function Inspector() {
  const model = useModel()
  const doc = useEditor(selectShown)
  const nodeIds = useEditor((state) => state.view.nodes)
  const edgeIds = useEditor((state) => state.view.edges)
  if (nodeIds.length > 1)
    return (
      <div className={styles.docs}>
        <p>{nodeIds.length} nodes are selected. Select one to configure it.</p>
      </div>
    )
  const node = nodeIds.length === 1 ? nodeById(doc, nodeIds[0]) : undefined
  if (node) return <NodeInspector key={node.id} id={node.id} />
  const edge = doc.edges.find((item) => edgeIds.includes(edgeId(item)))
  if (edge) {
    const from = nodeById(doc, edge.from.node)
    const to = nodeById(doc, edge.to.node)
    return (
      <>
        <header className={styles.head}>
          <span className={styles.name}>
            <b>
              {from?.name} → {to?.name}
            </b>
            <small>edge from {edge.from.port}</small>
          </span>
        </header>
        <DataTab node={edge.from.node} port={edge.from.port} />
      </>
    )
  }
  return <SettingsPane onClose={() => model.panes.setState({ settings: false })} />
}

function NodeInspector({ id }: { id: string }) {
  const model = useModel()
  const node = useEditor((state) => nodeById(selectShown(state), id))
  const tab = usePanes((panes) => panes.inspectorTab)
  const port = usePanes((panes) => panes.dataPort)
  if (!node) return null
  const definition = definitionOf(node.kind)
  if (!definition)
    return (
      <div className={styles.docs}>
        <p>This version of Millrace does not know the kind “{node.kind}”.</p>
      </div>
    )
  const items: TabItem[] = [
    {
      id: 'configure',
      label: 'Configure',
      content: <ConfigureTab node={node} definition={definition} />,
    },
    { id: 'data', label: 'Data', content: <DataTab node={id} port={port} /> },
    { id: 'metrics', label: 'Metrics', content: <MetricsTab node={id} /> },
    { id: 'docs', label: 'Docs', content: <DocsTab definition={definition} /> },
  ]
  return (
    <>
      <header className={styles.head}>
        <KindIcon definition={definition} />
        <span className={styles.name}>
          <b>{node.name}</b>
          <small>
            {definition.title} · {node.id}
          </small>
        </span>
        <IconButton
          label="Close the inspector"
          icon={<X size={15} />}
          onClick={() => model.editor.look({ nodes: [], edges: [], notes: [] })}
        />
      </header>
      {node.disabled ? <Disabled /> : <Why node={id} />}
      <Tabs
        label="Inspector"
        items={items}
        value={tab}
        onChange={(next) => model.panes.setState({ inspectorTab: next as InspectorTab })}
      />
    </>
  )
}

function Disabled() {
  const model = useModel()
  const readOnly = useEditor((state) => state.view.lane === 'live')
  return (
    <div className={styles.disabled} role="status">
      <p>Disabled: it does not run, and rows go past it.</p>
      {!readOnly && (
        <Button size="small" onClick={() => model.editor.run(toggleDisabled)}>
          Enable
        </Button>
      )}
    </div>
  )
}

function Why({ node }: { node: string }) {
  const model = useModel()
  const why = useLive((state) => liveFacts(state, node)?.whyNoOutput ?? null)
  if (!why) return null
  return (
    <div className={styles.why} role="status">
      <p>▲ {why.sentence}</p>
      <WhyButton why={why} model={model} />
    </div>
  )
}
