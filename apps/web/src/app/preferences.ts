/** Theme, clock, motion, shortcuts and defaults: kept in this browser at once, and by the server for the next one. */
import type { StudioSettings } from '@millrace/server'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { client } from '../api/client.ts'
import { connection } from '../api/connection.ts'
import { bindings } from '../shortcuts/bindings.ts'

const storageKey = 'millrace.settings'
const unsavedKey = 'millrace.settings.unsaved'
const initial: StudioSettings = {
  theme: 'system',
  clock: 'local',
  motion: 'system',
  dismissed: [],
  shortcuts: {},
  newPipeline: {
    parallelism: 1,
    checkpointIntervalMs: 10_000,
    checkpointTimeoutMs: 120_000,
    checkpointsRetained: 3,
  },
}

export const preferences = createStore<StudioSettings>(() => ({
  ...initial,
  ...stored(storageKey),
}))

export interface Unsaved {
  /** What this browser has and the server has not. */
  change: Partial<StudioSettings>
  /** Why the last attempt failed; null: none did. */
  failure: unknown
  saving: boolean
}

export const unsaved = createStore<Unsaved>(() => ({
  change: stored(unsavedKey),
  failure: null,
  saving: false,
}))

export function usePreferences(): StudioSettings {
  return useStore(preferences)
}

/** Applies at once and saves; what the server does not take is kept, shown, and sent when it is back. */
export function setPreferences(change: Partial<StudioSettings>): void {
  preferences.setState(change)
  unsaved.setState((before) => ({ change: { ...before.change, ...change } }))
  void savePreferences()
}

/** Sends what is not saved yet. */
export async function savePreferences(): Promise<void> {
  const { change, saving } = unsaved.getState()
  if (saving || Object.keys(change).length === 0) return
  unsaved.setState({ saving: true })
  try {
    await client.system.setSettings.mutate(change)
    unsaved.setState((now) => ({ change: without(now.change, change), failure: null }))
  } catch (failure) {
    unsaved.setState({ saving: false, failure })
    return
  }
  unsaved.setState({ saving: false })
  // What was changed meanwhile.
  await savePreferences()
}

/** Goes back to what the server has. */
export async function dropUnsaved(): Promise<void> {
  preferences.setState(await client.system.settings.query())
  unsaved.setState({ change: {}, failure: null })
}

/** Applies what is stored, follows changes, reads the server's copy once, and saves when the line is open again. */
export function startPreferences(): void {
  apply(preferences.getState())
  preferences.subscribe((next) => {
    apply(next)
    localStorage.setItem(storageKey, JSON.stringify(next))
  })
  unsaved.subscribe(({ change }) => localStorage.setItem(unsavedKey, JSON.stringify(change)))
  connection.subscribe(({ state }, before) => {
    if (state === 'open' && before.state !== 'open') void savePreferences()
  })
  client.system.settings.query().then(
    // What this browser has not saved is newer than the server's copy.
    (settings) => preferences.setState({ ...settings, ...unsaved.getState().change }),
    () => undefined,
  )
  void savePreferences()
}

/** What of `all` is not `sent` any more, or was changed since. */
function without(
  all: Partial<StudioSettings>,
  sent: Partial<StudioSettings>,
): Partial<StudioSettings> {
  const values: Record<string, unknown> = sent
  return Object.fromEntries(Object.entries(all).filter(([key, value]) => values[key] !== value))
}

function apply(settings: StudioSettings): void {
  const root = document.documentElement
  if (settings.theme === 'system') delete root.dataset.theme
  else root.dataset.theme = settings.theme
  if (settings.motion === 'system') delete root.dataset.motion
  else root.dataset.motion = 'none'
  bindings.setState({ keys: settings.shortcuts })
}

function stored(key: string): Partial<StudioSettings> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
