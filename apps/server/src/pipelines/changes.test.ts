import type { PhysicalPlan } from '@millrace/engine/plan'
import type { PipelineDocument } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { orderCounts } from '../testing/pipelines.ts'
import { differs, edgesDiffer, nodeChanges, summaryOf } from './changes.ts'
import { createCompiler } from './engine-compiler.ts'
import { stateFits } from './state-fit.ts'

const base = orderCounts({ from: 'orders', to: 'counts' })

function edited(node: string, config: Record<string, unknown>): PipelineDocument {
  return {
    ...base,
    nodes: base.nodes.map((each) =>
      each.id === node ? { ...each, config: { ...each.config, ...config } } : each,
    ),
  }
}

async function planOf(document: PipelineDocument): Promise<PhysicalPlan> {
  const compiled = await createCompiler().compile(document, { version: 1, topics: [] })
  if (!compiled.ok) throw new Error(compiled.problems[0].message)
  return compiled.plan
}

async function change(document: PipelineDocument) {
  const before = { document: base, plan: await planOf(base) }
  const after = { document, plan: await planOf(document) }
  const fits = stateFits(before.plan, after.plan)
  const changes = nodeChanges({ before, after, anew: !fits })
  return { fits, words: changes.map(({ name, words }) => `${name} ${words}`), changes }
}

describe('what a deploy changes', () => {
  it('is nothing when only positions moved', () => {
    const moved = base.nodes.map((node) => ({ ...node, position: { x: 5, y: 5 } }))
    expect(differs({ ...base, nodes: moved }, base)).toBe(false)
    expect(differs(base, null)).toBe(true)
  })

  it('keeps the state of windows when a filter changes, and names the field', async () => {
    const { fits, words } = await change(edited('paid', { condition: 'amount > 5' }))
    expect(fits).toBe(true)
    expect(words).toEqual([
      'orders stays as it is, its state is kept',
      'paid condition changed',
      'per-user stays as it is, its state is kept',
      'counts stays as it is',
      'shown stays as it is, its state is kept',
    ])
  })

  it('must start anew when a window has other keys, and says that all state is dropped', async () => {
    const { fits, words } = await change({
      ...edited('per-user', { forEach: ['amount'] }),
      nodes: edited('per-user', { forEach: ['amount'] }).nodes.filter(({ id }) => id !== 'shown'),
      edges: base.edges.filter(({ to }) => to.node !== 'shown'),
    })
    expect(fits).toBe(false)
    expect(words).toEqual([
      'orders stays as it is, its state is dropped',
      'paid stays as it is',
      'per-user forEach changed, its state is dropped',
      'counts stays as it is',
      'shown is removed, its state is dropped',
    ])
  })

  it('is summed up in a few words', async () => {
    const without = {
      ...base,
      nodes: base.nodes.filter(({ id }) => id !== 'shown'),
      edges: base.edges.filter(({ to }) => to.node !== 'shown'),
    }
    const { changes } = await change(without)
    const edges = edgesDiffer(base, without)
    expect(summaryOf(changes, { edges, settings: false })).toBe('removes shown')
    expect(summaryOf(changes, { edges, settings: true })).toBe('removes shown, changes settings')
    expect(summaryOf([], { edges: true, settings: false })).toBe('changes connections')
    expect(summaryOf([], { edges: false, settings: true })).toBe('changes settings')
  })
})
