/** Everything that is wrong with the draft: a press leads to node and field, a button mends it. */
import type { Problem } from '@millrace/engine/plan'
import { CircleCheck } from 'lucide-react'
import { Button, EmptyState } from '../../../ui/index.ts'
import { applyEdits } from '../editor/config-commands.ts'
import { nodeById } from '../editor/graph.ts'
import { type PipelineModel, selectShown, useAnalysis, useEditor, useModel } from '../model.ts'
import styles from './Dock.module.css'

export function ProblemsTab() {
  const model = useModel()
  const problems = useAnalysis((state) => state.problems)
  const doc = useEditor(selectShown)
  if (doc.nodes.length === 0)
    return (
      <EmptyState title="Nothing drawn yet">
        Problems of the graph are listed here while you draw.
      </EmptyState>
    )
  if (problems.length === 0)
    return (
      <EmptyState icon={<CircleCheck size={24} />} title="No problems">
        Types fit from every source to every sink. The draft can be deployed.
      </EmptyState>
    )
  const sorted = [...problems].sort((a, b) => rank(a) - rank(b))
  return (
    <ul className={styles.list} aria-label="Problems">
      {sorted.map((problem) => (
        <li
          key={`${problem.code} ${problem.node} ${problem.field} ${problem.message}`}
          className={styles.problem}
        >
          <button type="button" className={styles.where} onClick={() => show(model, problem)}>
            <span className={problem.severity === 'error' ? styles.bad : styles.warn}>
              {problem.severity === 'error' ? '✕' : '▲'}
              <span className="visually-hidden">{problem.severity}</span>
            </span>
            <b>{problem.node ? (nodeById(doc, problem.node)?.name ?? problem.node) : 'Pipeline'}</b>
            <span>{problem.message}</span>
          </button>
          <Fixes model={model} problem={problem} />
        </li>
      ))}
    </ul>
  )
}

/** The buttons of a problem. */
export function Fixes({ model, problem }: { model: PipelineModel; problem: Problem }) {
  const readOnly = useEditor((state) => state.view.lane === 'live')
  if (readOnly) return null
  return problem.fixes.map((fix) => (
    <Button
      key={fix.label}
      size="small"
      onClick={() => model.editor.run(applyEdits(fix.label, fix.edits))}
    >
      {fix.label}
    </Button>
  ))
}

function rank(problem: Problem): number {
  return problem.severity === 'error' ? 0 : 1
}

function show(model: PipelineModel, problem: Problem): void {
  if (!problem.node) {
    model.editor.look({ nodes: [], edges: [] })
    model.panes.setState({ settings: true })
    return
  }
  model.editor.look({
    nodes: [problem.node],
    edges: [],
    notes: [],
    field: { node: problem.node, field: problem.field ?? '', at: Date.now() },
  })
  model.panes.setState({ inspectorTab: 'configure' })
}
