/** The running job as the server reports it, and selectors by node: a tick redraws numbers, not the graph. */
import type { NodeFacts, RunView } from '@millrace/server'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { client } from '../../../api/client.ts'

/** One report, thinned to what charts draw. */
export interface LivePoint {
  /** Wall clock, ms. */
  at: number
  in: number
  out: number
  behind: number
  timeBehindMs: number | null
  /** Event-time watermark by node. */
  watermarks: Readonly<Record<string, number | null>>
}

export interface LiveState {
  view: RunView | null
  /** The last ten minutes, newest last. */
  history: readonly LivePoint[]
  error: string | null
}

export type LiveStore = StoreApi<LiveState>

/** Ticks kept for the Metrics tab: ten minutes at one a second. */
export const liveHistoryMax = 600

export function createLiveStore(): LiveStore {
  return createStore<LiveState>(() => ({ view: null, history: [], error: null }))
}

/** Follows the job until the returned function is called. */
export function followRun(pipeline: string, store: LiveStore): () => void {
  const subscription = client.runs.live.subscribe(
    { pipeline },
    {
      onData: (view) => store.setState((state) => receive(state, view)),
      onError: (error) => store.setState({ error: error.message }),
    },
  )
  return () => subscription.unsubscribe()
}

export function receive(state: LiveState, view: RunView): Partial<LiveState> {
  const { facts } = view
  if (!facts) return { view, error: null }
  const point = {
    at: view.at,
    in: facts.rowsInPerSecond,
    out: facts.rowsOutPerSecond,
    behind: facts.rowsBehind,
    timeBehindMs: facts.timeBehindMs,
    watermarks: Object.fromEntries(
      Object.values(facts.nodes).map((node) => [node.node, node.watermark]),
    ),
  }
  const last = state.history.at(-1)
  const restarted = last !== undefined && last.at > view.at
  const history = restarted ? [point] : [...state.history.slice(1 - liveHistoryMax), point]
  return { view, history, error: null }
}

export function isRunning(view: RunView | null): boolean {
  return view !== null && ['starting', 'running', 'restarting', 'stopping'].includes(view.state)
}

/** A node's facts while the job runs; what a stopped job last reported is no news. */
export function liveFacts(state: LiveState, node: string): NodeFacts | undefined {
  return isRunning(state.view) ? state.view?.facts?.nodes[node] : undefined
}
