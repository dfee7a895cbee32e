/** Can a new plan go on from the state of an older one? As the engine decides when it restores; pure. */
import type { PhysicalPlan, StateDeclaration } from '@millrace/engine/plan'
import { stableText } from './changes.ts'

/**
 * A state that both plans declare must be the same; a new one begins empty, a missing one is dropped. Without an older
 * plan there is nothing to go on from.
 */
export function stateFits(before: PhysicalPlan | null, after: PhysicalPlan): boolean {
  if (before === null) return false
  const saved = new Map(before.operators.map((operator) => [operator.id, operator.state]))
  return after.operators.every((operator) =>
    operator.state.every((declared) => {
      const then = saved.get(operator.id)?.find(({ name }) => name === declared.name)
      return then === undefined || sameState(then, declared)
    }),
  )
}

export function sameState(a: StateDeclaration, b: StateDeclaration): boolean {
  return stableText(a) === stableText(b)
}
