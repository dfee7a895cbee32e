/** Inferences of single nodes, remembered: most changes of a document leave most nodes and what reaches them as they were. */
import type { EdgeType } from '@millrace/schemas'
import type { InferContext, Inferred, NodeDefinition } from './node-definition.ts'

/** What the answer followed from; never the context itself, whose questions hold on to the whole document. */
type Seen = Pick<InferContext<never>, 'node' | 'settings' | 'topics' | 'inputs' | 'connected'>

interface Remembered {
  definition: object
  seen: Seen
  wired: string
  inferred: Inferred
}

/** By the document's config object; documents are immutable, so a changed config is another object. */
const remembered = new WeakMap<object, Remembered>()

/**
 * `definition.infer(context)`, or its earlier answer if nothing it could see has changed. What depends on other nodes
 * (their names, their fixes) is never remembered.
 */
export function inferRemembering(
  definition: NodeDefinition<never>,
  context: InferContext<never>,
): Inferred {
  const { config } = context.node
  const wired = [...context.wired].join(' ')
  const known = remembered.get(config)
  if (known && known.definition === definition && known.wired === wired && same(known, context))
    return known.inferred
  let looked = false
  const looking = <T>(look: () => T): (() => T) => {
    return () => {
      looked = true
      return look()
    }
  }
  const inferred = definition.infer({
    ...context,
    timelessSources: looking(context.timelessSources),
    replacingNodes: looking(context.replacingNodes),
  })
  if (looked) remembered.delete(config)
  else {
    const { node, settings, topics, inputs, connected } = context
    const seen = { node, settings, topics, inputs, connected }
    remembered.set(config, { definition, seen, wired, inferred })
  }
  return inferred
}

function same({ seen: before }: Remembered, now: Seen): boolean {
  return (
    before.node.id === now.node.id &&
    before.node.name === now.node.name &&
    before.node.version === now.node.version &&
    before.settings === now.settings &&
    before.topics === now.topics &&
    equalItems<EdgeType | undefined>(before.inputs, now.inputs) &&
    equalItems(before.connected, now.connected)
  )
}

function equalItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}
