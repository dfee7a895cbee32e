/** A node with input and no output says why: one sentence, one button. */
import type { WhyNoOutput as Why } from '@millrace/server'
import { Popover } from 'radix-ui'
import { memo } from 'react'
import { useLocation } from 'wouter'
import { useStore } from 'zustand'
import { paths } from '../../../app/navigation.ts'
import { Button } from '../../../ui/index.ts'
import { liveFacts } from '../live/live-store.ts'
import { type PipelineModel, useModel } from '../model.ts'
import styles from './WhyNoOutput.module.css'

export const WhyNoOutput = memo(function WhyNoOutput({ node }: { node: string }) {
  const model = useModel()
  const text = useStore(model.live, (state) => {
    const why = liveFacts(state, node)?.whyNoOutput
    return why ? JSON.stringify(why) : null
  })
  const draft = useStore(
    model.editor.store,
    (state) =>
      state.view.lane === 'draft' && !state.deployed?.document.nodes.some((n) => n.id === node),
  )
  if (!text || draft) return null
  const why = JSON.parse(text) as Why
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button type="button" className={`${styles.why} nodrag nopan`}>
          <span aria-hidden>▲</span> No output: why?
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles.whyCard} sideOffset={6} collisionPadding={8}>
          <p>{why.sentence}</p>
          <WhyButton why={why} model={model} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
})

/** The one button that leads on. */
export function WhyButton({ why, model }: { why: Why; model: PipelineModel }) {
  const [, navigate] = useLocation()
  return <Button onClick={() => follow(why.action, model, navigate)}>{why.action.label}</Button>
}

function follow(
  action: Why['action'],
  model: PipelineModel,
  navigate: (path: string) => void,
): void {
  switch (action.is) {
    case 'edit-node':
      model.editor.look({
        lane: 'draft',
        nodes: [action.node],
        edges: [],
        field: { node: action.node, field: action.field, at: Date.now() },
      })
      model.panes.setState({ inspectorTab: 'configure' })
      return
    case 'show-time':
      model.panes.setState({ dockOpen: true, dockTab: 'time' })
      model.editor.look({ nodes: [action.node] })
      return
    case 'show-data':
      model.editor.look({ nodes: [action.node], edges: [] })
      model.panes.setState({ inspectorTab: 'data', dataPort: null })
      return
    case 'open-topic':
      navigate(paths.topic(action.topic))
      return
  }
}
