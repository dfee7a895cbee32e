/** The code of the selected node, wide; its types come from upstream. */

import type { DocumentNode } from '@millrace/schemas'
import { Code } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { EmptyState, Loading } from '../../../ui/index.ts'
import { definitionOf } from '../catalogue.ts'
import { selectShown, useEditor } from '../model.ts'

const CodeEditor = lazy(() =>
  import('./code/CodeEditor.tsx').then((module) => ({ default: module.CodeEditor })),
)

/** The node whose code is shown: the selected one, else the only one. */
export function useCodeNode(): DocumentNode | null {
  return useEditor((state) => {
    const doc = selectShown(state)
    const nodes = doc.nodes.filter((node) => definitionOf(node.kind)?.group === 'code')
    const selected = nodes.find((node) => state.view.nodes.includes(node.id))
    return selected ?? nodes[0] ?? null
  })
}

export function CodeTab() {
  const node = useCodeNode()
  if (!node)
    return (
      <EmptyState icon={<Code size={22} />} title="No code in this pipeline">
        A process function is TypeScript of your own, run for each key with state and timers.
      </EmptyState>
    )
  return (
    <Suspense fallback={<Loading what="Opening the editor" />}>
      <CodeEditor key={node.id} node={node} />
    </Suspense>
  )
}
