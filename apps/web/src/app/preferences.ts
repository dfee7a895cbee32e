/** Theme, clock and motion: kept in this browser at once, and by the server for the next one. */
import type { StudioSettings } from '@millrace/server'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { client } from '../api/client.ts'

const storageKey = 'millrace.settings'
const initial: StudioSettings = { theme: 'system', clock: 'local', motion: 'system', dismissed: [] }

export const preferences = createStore<StudioSettings>(() => ({ ...initial, ...stored() }))

export function usePreferences(): StudioSettings {
  return useStore(preferences)
}

/** Applies at once; the server keeps it when it can be reached. */
export function setPreferences(change: Partial<StudioSettings>): void {
  preferences.setState(change)
  client.system.setSettings.mutate(preferences.getState()).catch(() => {
    // Kept in this browser; the next change carries it along.
  })
}

/** Applies what is stored, follows changes, and reads the server's copy once. */
export function startPreferences(): void {
  apply(preferences.getState())
  preferences.subscribe((next) => {
    apply(next)
    localStorage.setItem(storageKey, JSON.stringify(next))
  })
  client.system.settings.query().then(
    (settings) => preferences.setState(settings),
    () => undefined,
  )
}

function apply(settings: StudioSettings): void {
  const root = document.documentElement
  if (settings.theme === 'system') delete root.dataset.theme
  else root.dataset.theme = settings.theme
  if (settings.motion === 'system') delete root.dataset.motion
  else root.dataset.motion = 'none'
}

function stored(): Partial<StudioSettings> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
