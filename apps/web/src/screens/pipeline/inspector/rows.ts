/** Rows of a tap as they come: the newest on top, nothing dropped while paused. */
import type { TapBatch } from '@millrace/server'
import { createStore, type StoreApi } from 'zustand/vanilla'

export type TapRow = TapBatch['rows'][number]

export interface RowsState {
  row: TapBatch['row'] | null
  /** Newest first. */
  rows: readonly TapRow[]
  /** Came while paused, oldest first. */
  pending: readonly TapRow[]
  paused: boolean
  /** Rows that the tap no longer held when they were asked for. */
  skipped: number
  total: number
  error: string | null
}

/** Rows shown. */
export const shownRowsMax = 2_000
/** Rows kept while paused; then the tap is let go, and asked from its cursor when it goes on. */
export const pendingRowsMax = 10_000

export interface Rows {
  readonly store: StoreApi<RowsState>
  pause(): void
  resume(): void
  close(): void
}

/** Subscribes to rows after a cursor; returns the end of the subscription. */
export type Subscribe = (
  after: number | null,
  onBatch: (batch: TapBatch) => void,
  onError: (message: string) => void,
) => () => void

export function followRows(subscribe: Subscribe): Rows {
  const store = createStore<RowsState>(() => ({
    row: null,
    rows: [],
    pending: [],
    paused: false,
    skipped: 0,
    total: 0,
    error: null,
  }))
  let last: number | null = null
  let end: (() => void) | null = null

  const open = () => {
    end = subscribe(
      last,
      (batch) => {
        last = batch.last
        store.setState((state) => take(state, batch))
        const { paused, pending } = store.getState()
        if (paused && pending.length >= pendingRowsMax) close()
      },
      (error) => store.setState({ error }),
    )
  }
  const close = () => {
    end?.()
    end = null
  }
  open()
  return {
    store,
    pause: () => store.setState({ paused: true }),
    resume: () => {
      store.setState((state) => ({
        paused: false,
        pending: [],
        rows: newestFirst(state.rows, state.pending),
      }))
      if (!end) open()
    },
    close,
  }
}

export function take(state: RowsState, batch: TapBatch): Partial<RowsState> {
  const common = {
    row: batch.row,
    skipped: state.skipped + batch.skipped,
    total: state.total + batch.rows.length,
    error: null,
  }
  return state.paused
    ? { ...common, pending: [...state.pending, ...batch.rows] }
    : { ...common, rows: newestFirst(state.rows, batch.rows) }
}

function newestFirst(rows: readonly TapRow[], added: readonly TapRow[]): readonly TapRow[] {
  return [...added.slice(-shownRowsMax).reverse(), ...rows].slice(0, shownRowsMax)
}
