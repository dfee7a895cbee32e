/** What needs a decision or must not be overlooked, over the canvas and never in its way. */
import { useStore } from 'zustand'
import { Button, toast } from '../../ui/index.ts'
import { nodeById } from './editor/graph.ts'
import { useEditor, useLive, useModel } from './model.ts'
import styles from './PipelineScreen.module.css'

export function Notices() {
  const model = useModel()
  const save = useStore(model.autosave.state)
  return (
    <>
      <FailureNotice />
      {save.is === 'conflict' && (
        <div className={styles.notice} role="status">
          <span>
            <b>▲ Somebody saved this pipeline in between.</b> Your edits are kept; nothing was
            overwritten.
          </span>
          <Button size="small" variant="primary" onClick={() => mergeBoth(model.autosave.merge())}>
            Merge both
          </Button>
          <Button size="small" onClick={() => model.autosave.takeTheirs()}>
            Take theirs (undo brings yours back)
          </Button>
        </div>
      )}
      {save.is === 'refused' && (
        <div className={styles.notice} data-tone="bad" role="alert">
          <span>
            <b>✕ The draft could not be saved.</b> {save.message}
          </span>
          <Button size="small" onClick={() => void model.autosave.flush()}>
            Try again
          </Button>
        </div>
      )}
    </>
  )
}

function mergeBoth(conflicts: readonly string[]): void {
  if (conflicts.length === 0) toast.done('Both versions are merged')
  else toast.note(`Merged. Both had changed ${conflicts.join(', ')}: yours was kept.`)
}

function FailureNotice() {
  const model = useModel()
  const failure = useLive((state) =>
    state.view?.failure && ['failed', 'restarting'].includes(state.view.state)
      ? state.view.failure
      : null,
  )
  const name = useEditor((state) => {
    const node = failure?.node
    return node ? (nodeById(state.deployed?.document ?? state.doc, node)?.name ?? node) : null
  })
  if (!failure) return null
  const { node, line, record } = failure
  return (
    <div className={styles.notice} data-tone="bad" role="alert">
      <span>
        <b>✕ {node ? `Node “${name}” failed` : 'The pipeline failed'}</b>
        {line !== null && `, line ${line}`}
        {record && ` at ${record.topic} ${record.partition}/${record.offset}`}: {failure.message}
      </span>
      {node && (
        <Button
          size="small"
          onClick={() => {
            model.editor.look({ lane: 'draft', nodes: [node], edges: [] })
            model.panes.setState(
              line === null
                ? { inspectorTab: 'configure' }
                : { inspectorTab: 'configure', dockOpen: true, dockTab: 'code' },
            )
          }}
        >
          Show the node
        </Button>
      )}
    </div>
  )
}
