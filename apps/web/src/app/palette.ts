/** Is the command palette or the shortcut sheet open? */
import { createStore } from 'zustand/vanilla'

export type Overlay = 'palette' | 'shortcuts' | null

export const overlay = createStore<{ open: Overlay }>(() => ({ open: null }))

export function openPalette(): void {
  overlay.setState({ open: 'palette' })
}

export function openShortcuts(): void {
  overlay.setState({ open: 'shortcuts' })
}

export function closeOverlay(): void {
  overlay.setState({ open: null })
}
