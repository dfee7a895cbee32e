import { emptyDocument, type PipelineDocument, printDocument } from '@millrace/schemas'
import { beforeEach, describe, expect, it } from 'vitest'
import { clipOf, paste, printClip, readClip } from './clipboard.ts'
import {
  type AnyDefinition,
  addNode,
  addNodeAfter,
  deleteSelection,
  gridPx,
  insertOnEdge,
  move,
  nudge,
  rename,
  selectAll,
} from './commands.ts'
import { applyEdits, chooseConfig, setConfig } from './config-commands.ts'
import { freeId, setPath } from './graph.ts'
import { keepHistory, keptHistory } from './kept-history.ts'
import { mergeDocuments } from './merge.ts'
import { createEditor, type Editor } from './store.ts'

const definition = (kind: string, title: string, inputs: number): AnyDefinition =>
  ({
    kind,
    version: 1,
    title,
    inputs: inputs > 0 ? [{ name: 'in', title: 'rows', role: 'main' }] : [],
    outputs: () => [{ name: 'out', title: 'rows', role: 'main' }],
    initial: () => ({}),
  }) as unknown as AnyDefinition

const source = definition('topic-source', 'Topic', 0)
const filter = definition('filter', 'Filter', 1)

let now = 0
let editor: Editor
const doc = (): PipelineDocument => editor.store.getState().doc
const at = (x: number, y: number) => ({ x, y })

beforeEach(() => {
  now = 1000
  editor = createEditor({
    doc: emptyDocument('p', 'P'),
    revision: 0,
    savedAt: 0,
    deployed: null,
    now: () => now,
  })
})

function build(): void {
  editor.run(addNode({ definition: source, position: at(0, 0) }))
  editor.run(
    addNodeAfter({ definition: filter, position: at(300, 0) }, { node: 'topic', port: 'out' }),
  )
  editor.run(setConfig('filter', 'condition', 'a > 1'))
  editor.run(move([{ id: 'filter', position: at(320, 40) }]))
  editor.run(rename('filter', 'only big'))
}

describe('history', () => {
  it('goes back to the empty document and forward to the last one, a step a command', () => {
    build()
    const last = printDocument(doc())
    expect(editor.store.getState().past).toHaveLength(5)
    while (editor.store.getState().past.length > 0) editor.undo()
    expect(printDocument(doc())).toBe(printDocument(emptyDocument('p', 'P')))
    while (editor.store.getState().future.length > 0) editor.redo()
    expect(printDocument(doc())).toBe(last)
  })

  it('makes one step of typing in one field, however slow, and two once the field was left', () => {
    build()
    const before = editor.store.getState().past.length
    for (const text of ['a', 'a >', 'a > 2']) {
      now += 60_000
      editor.run(setConfig('filter', 'condition', text))
    }
    expect(editor.store.getState().past).toHaveLength(before + 1)
    editor.settle()
    editor.run(setConfig('filter', 'condition', 'a > 3'))
    expect(editor.store.getState().past).toHaveLength(before + 2)
    editor.undo()
    expect(doc().nodes[1].config.condition).toBe('a > 2')
    editor.undo()
    expect(doc().nodes[1].config.condition).toBe('a > 1')
  })

  it('makes a step of each choice, and one of the nudges of one selection', () => {
    build()
    const before = editor.store.getState().past.length
    for (const column of ['a', 'b']) editor.run(chooseConfig('filter', 'column', column))
    expect(editor.store.getState().past).toHaveLength(before + 2)
    for (const node of ['topic', 'filter']) {
      editor.look({ nodes: [node] })
      for (let press = 0; press < 3; press++) editor.run(nudge(gridPx, 0))
    }
    expect(editor.store.getState().past).toHaveLength(before + 4)
  })

  it('does not take a selection for a change', () => {
    build()
    const past = editor.store.getState().past.length
    editor.run(selectAll)
    expect(editor.store.getState().past).toHaveLength(past)
    expect(editor.store.getState().view.nodes).toEqual(['topic', 'filter'])
  })

  it('names the nodes that an undo touched', () => {
    build()
    editor.undo()
    expect(editor.store.getState().view.touched).toEqual(['filter'])
  })

  it('changes nothing while the live version is shown', () => {
    build()
    editor.look({ lane: 'live' })
    expect(editor.run(selectAll)).toBe(false)
    editor.undo()
    expect(doc().nodes).toHaveLength(2)
  })
})

describe('a kept history', () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  const reopened = () =>
    createEditor({
      doc: doc(),
      revision: 1,
      savedAt: 0,
      deployed: null,
      history: keptHistory('p', JSON.parse(JSON.stringify(doc())), storage),
      now: () => now,
    })

  it('leads back to the empty document and forward again after a reload', () => {
    build()
    editor.undo()
    const last = printDocument(doc())
    keepHistory('p', editor.store.getState(), storage)
    editor = reopened()
    expect(editor.store.getState().past).toHaveLength(4)
    expect(editor.store.getState().future).toHaveLength(1)
    editor.undo()
    expect(editor.store.getState().view.touched).toEqual(['filter'])
    while (editor.store.getState().past.length > 0) editor.undo()
    expect(printDocument(doc())).toBe(printDocument(emptyDocument('p', 'P')))
    for (let step = 0; step < 4; step++) editor.redo()
    expect(printDocument(doc())).toBe(last)
  })

  it('is left behind when the document went on without it, and when it does not read', () => {
    build()
    keepHistory('p', editor.store.getState(), storage)
    expect(keptHistory('p', emptyDocument('p', 'P'), storage)).toBeUndefined()
    kept.set('millrace.history.p', '{"doc":{}}')
    expect(keptHistory('p', doc(), storage)).toBeUndefined()
  })
})

describe('commands', () => {
  it('deletes nodes with their edges, and undo brings both back', () => {
    build()
    editor.look({ nodes: ['topic'] })
    editor.run(deleteSelection)
    expect(doc().nodes.map((node) => node.id)).toEqual(['filter'])
    expect(doc().edges).toEqual([])
    editor.undo()
    expect(doc().edges).toHaveLength(1)
  })

  it('inserts on an edge', () => {
    build()
    editor.run(insertOnEdge({ definition: filter, position: at(150, 0) }, doc().edges[0]))
    expect(doc().edges.map((edge) => `${edge.from.node}>${edge.to.node}`)).toEqual([
      'topic>filter-2',
      'filter-2>filter',
    ])
  })

  it('applies a fix as one step', () => {
    build()
    editor.run(
      applyEdits('Use placed_at', [
        { is: 'set-config', node: 'topic', field: 'time.column', value: 'placed_at' },
        { is: 'set-settings', field: 'parallelism', value: 2 },
      ]),
    )
    expect(doc().nodes[0].config).toEqual({ time: { column: 'placed_at' } })
    editor.undo()
    expect(doc().settings.parallelism).toBe(1)
    expect(doc().nodes[0].config).toEqual({})
  })
})

describe('copy and paste', () => {
  it('carries nodes and the edges among them under new ids', () => {
    build()
    const clip = readClip(printClip(clipOf(doc(), { nodes: ['topic', 'filter'], notes: [] })))
    if (!clip) throw new Error('the clip does not read')
    editor.run(paste(clip, 'Paste'))
    expect(doc().nodes.map((node) => node.name)).toEqual([
      'Topic',
      'only big',
      'Topic 2',
      'only big 2',
    ])
    expect(doc().edges[1]).toEqual({
      from: { node: 'topic-2', port: 'out' },
      to: { node: 'only-big-2', port: 'in' },
    })
  })

  it('refuses text that is no clip', () => {
    expect(['hello', '{}', '{"format":"millrace.clip/1","nodes":[{}]}'].map(readClip)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('merge', () => {
  it('keeps the changes of both sides', () => {
    build()
    const base = doc()
    editor.run(rename('topic', 'orders'))
    const mine = doc()
    const theirs = {
      ...base,
      nodes: base.nodes.map((n) => (n.id === 'filter' ? { ...n, config: { condition: 'b' } } : n)),
    }
    const merged = mergeDocuments(base, mine, theirs)
    expect(merged.conflicts).toEqual([])
    expect(merged.document.nodes[0].name).toBe('orders')
    expect(merged.document.nodes[1].config).toEqual({ condition: 'b' })
  })

  it('names what both changed, and does not lose a changed node to a deletion', () => {
    build()
    const base = doc()
    const mine = { ...base, nodes: base.nodes.filter((n) => n.id !== 'filter'), edges: [] }
    const theirs = {
      ...base,
      nodes: base.nodes.map((n) => (n.id === 'filter' ? { ...n, name: 'x' } : n)),
    }
    const merged = mergeDocuments(base, mine, theirs)
    expect(merged.document.nodes.map((n) => n.name)).toEqual(['Topic', 'x'])
    expect(merged.conflicts).toEqual(['node x'])
  })

  it('names a pipeline name and settings that both changed', () => {
    const base = doc()
    const mine = { ...base, name: 'Mine', settings: { ...base.settings, parallelism: 2 } }
    const theirs = { ...base, name: 'Theirs', settings: { ...base.settings, parallelism: 4 } }
    const merged = mergeDocuments(base, mine, theirs)
    expect(merged.document.name).toBe('Mine')
    expect(merged.conflicts).toEqual(['the name', 'the settings'])
  })
})

describe('graph', () => {
  it('makes ids that a document takes', () => {
    expect(freeId('Größe  (m²)', new Set())).toBe('gro-e-m2')
    expect(freeId('---', new Set(['node']))).toBe('node-2')
  })

  it('sets paths through lists and removes what is undefined', () => {
    expect(setPath({ a: [{ b: 1 }] }, 'a.0.b', 2)).toEqual({ a: [{ b: 2 }] })
    expect(setPath({ a: { b: 1, c: 2 } }, 'a.b', undefined)).toEqual({ a: { c: 2 } })
  })
})
