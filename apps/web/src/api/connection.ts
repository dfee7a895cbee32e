/** Is the line to the server open? One store for the banner, drafts and live views. */
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

export interface ConnectionState {
  state: 'connecting' | 'open' | 'lost'
  /** Wall clock when it was lost; null while it is not. */
  lostAt: number | null
  /** Counts the times it came back: what was read before may be old. */
  generation: number
}

export const connection = createStore<ConnectionState>(() => ({
  state: 'connecting',
  lostAt: null,
  generation: 0,
}))

/** Returns whether it had been lost. */
export function connectionOpen(): boolean {
  const { state, generation } = connection.getState()
  const cameBack = state === 'lost'
  connection.setState({
    state: 'open',
    lostAt: null,
    generation: cameBack ? generation + 1 : generation,
  })
  return cameBack
}

export function connectionLost(): void {
  if (connection.getState().state !== 'lost')
    connection.setState({ state: 'lost', lostAt: Date.now() })
}

export function useConnection(): ConnectionState {
  return useStore(connection)
}
