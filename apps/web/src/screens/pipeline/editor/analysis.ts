/** Types and problems of the document on the canvas, kept up to date as it changes. */
import {
  canConnect,
  type Fix,
  inferDocument,
  type KnownTopic,
  type Problem,
} from '@millrace/engine/plan'
import type { DocumentEdge, EdgeType, Endpoint, PipelineDocument } from '@millrace/schemas'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { catalogue } from '../catalogue.ts'
import { shownDocument } from './state.ts'
import type { Editor } from './store.ts'

export interface Analysis {
  document: PipelineDocument
  problems: readonly Problem[]
  byNode: ReadonlyMap<string, readonly Problem[]>
  /** What an output carries; undefined while it cannot be known. */
  typeOf(end: Endpoint): EdgeType | undefined
  /** What arrives at a node's inputs, in their order. */
  inputTypes(node: string): readonly (EdgeType | undefined)[]
}

export type Topics = ReadonlyMap<string, KnownTopic>

export interface Verdict {
  ok: boolean
  /** Why not, one sentence. */
  reason: string | null
  /** What would make it legal, in words; empty: there is no way. */
  wayOn: string
  fixes: readonly Fix[]
}

export interface Analyst {
  readonly store: StoreApi<Analysis>
  topics(): Topics
  setTopics(topics: Topics): void
  /** Calls when other topics are known than before. Returns the unsubscriber. */
  onTopics(listener: () => void): () => void
  /** May these ports be connected? */
  verdict(edge: DocumentEdge): Verdict
  close(): void
}

export function analyse(document: PipelineDocument, topics: Topics): Analysis {
  const inferred = inferDocument(document, catalogue, { topics })
  const byNode = new Map<string, Problem[]>()
  for (const problem of inferred.problems) {
    if (problem.node === undefined) continue
    const list = byNode.get(problem.node)
    if (list) list.push(problem)
    else byNode.set(problem.node, [problem])
  }
  const typeOf = (end: Endpoint) => inferred.types.get(`${end.node}.${end.port}`)
  const inputsOf = new Map(inferred.nodes.map((item) => [item.node.id, item.inputs]))
  return {
    document,
    problems: inferred.problems,
    byNode,
    typeOf,
    inputTypes: (node) => inputsOf.get(node) ?? arriving(document, node, typeOf),
  }
}

/** For a node whose own config does not parse yet: what its wires carry all the same. */
function arriving(
  document: PipelineDocument,
  id: string,
  typeOf: Analysis['typeOf'],
): readonly (EdgeType | undefined)[] {
  const kind = document.nodes.find((node) => node.id === id)?.kind
  const ports = catalogue.get(kind ?? '')?.inputs ?? []
  return ports.map((port) => {
    const edge = document.edges.find((item) => item.to.node === id && item.to.port === port.name)
    return edge && typeOf(edge.from)
  })
}

/** Follows the editor: one analysis for each document, a moment after it changed. */
export function startAnalyst(editor: Editor): Analyst {
  let topics: Topics = new Map()
  let waiting = false
  const listeners = new Set<() => void>()
  const shown = () => shownDocument(editor.store.getState())
  const store = createStore<Analysis>(() => analyse(shown(), topics))
  const renew = () => {
    waiting = false
    const document = shown()
    if (store.getState().document !== document) store.setState(analyse(document, topics), true)
  }
  const unsubscribe = editor.store.subscribe((next, before) => {
    if (waiting || shownDocument(next) === shownDocument(before)) return
    waiting = true
    queueMicrotask(renew)
  })
  return {
    store,
    topics: () => topics,
    setTopics: (next) => {
      if (JSON.stringify([...next]) === JSON.stringify([...topics])) return
      topics = next
      store.setState(analyse(shown(), topics), true)
      for (const listener of listeners) listener()
    },
    onTopics: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    verdict: (edge) => {
      const answer = canConnect(shown(), edge, catalogue, { topics })
      return answer.ok
        ? { ok: true, reason: null, wayOn: '', fixes: [] }
        : { ok: false, reason: answer.reason, wayOn: answer.wayOn, fixes: answer.fixes }
    },
    close: unsubscribe,
  }
}
