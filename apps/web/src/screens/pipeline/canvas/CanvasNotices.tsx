/** What the canvas says over itself: how to begin, and where connect mode stands. */
import { useStore } from 'zustand'
import { useKeys } from '../../../shortcuts/bindings.ts'
import { Keys } from '../../../shortcuts/Keys.tsx'
import { printKeys } from '../../../shortcuts/keys.ts'
import { nodeById } from '../editor/graph.ts'
import { shownDocument } from '../editor/state.ts'
import { useModel } from '../model.ts'
import styles from './Canvas.module.css'

export function EmptyCanvas() {
  const model = useModel()
  const empty = useStore(model.editor.store, (state) => shownDocument(state).nodes.length === 0)
  if (!empty) return null
  return (
    <div className={styles.empty}>
      <div>
        <b>Start with a source</b>
        Drag a topic or a generator here, or press <Keys id="add" /> and choose one. Then pull a
        wire from its right edge: the list shows what fits.
      </div>
    </div>
  )
}

export function ConnectBanner() {
  const model = useModel()
  const mode = useStore(model.connect)
  const doc = useStore(model.editor.store, shownDocument)
  const another = printKeys(useKeys('connect'))
  if (!mode) return null
  const from = nodeById(doc, mode.from.node)
  const to = mode.target && nodeById(doc, mode.target.node)
  return (
    <div className={styles.connecting} role="status">
      {to ? (
        <>
          Connect <b>{from?.name}</b> ({mode.from.port}) to <b>{to.name}</b>
          {mode.verdict.ok ? (
            <small>
              Enter connects · arrows choose another · {another} another output · Esc leaves
            </small>
          ) : (
            <small data-tone="bad">
              ✕ {mode.verdict.reason} {mode.verdict.wayOn}
              {mode.verdict.fixes[0] && ` Enter: ${mode.verdict.fixes[0].label}.`}
            </small>
          )}
        </>
      ) : (
        <>There is no other node with an input. Press Esc, then Tab to add one.</>
      )}
    </div>
  )
}
