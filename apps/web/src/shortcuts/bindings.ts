/** Which keys a command has: its own, or those that the user bound to it. */
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { printKeys } from './keys.ts'
import { allShortcuts, type ShortcutId, shortcuts } from './shortcuts.ts'

export const bindings = createStore<{ keys: Readonly<Record<string, readonly string[]>> }>(() => ({
  keys: {},
}))

/** Keys of a command, the first to be shown. */
export function keysOf(command: { id: string; keys?: readonly string[] }): readonly string[] {
  return bindings.getState().keys[command.id] ?? command.keys ?? []
}

/** The first keys of a shortcut, as they are now. */
export function keysNow(id: ShortcutId): string {
  return keysOf({ id, keys: shortcuts[id].keys })[0]
}

/** As `keysNow`; draws the component again when they are bound anew. */
export function useKeys(id: ShortcutId): string {
  useStore(bindings)
  return keysNow(id)
}

/** Keys that no page gets to see. */
const browserKeys = ['Mod+W', 'Mod+T', 'Mod+N', 'Mod+Shift+W', 'Mod+Shift+T', 'Mod+Shift+N']

/** Why the keys cannot be bound to a shortcut; undefined: they can. */
export function refusalOf(id: ShortcutId, keys: string): string | undefined {
  if (browserKeys.includes(keys)) return `${printKeys(keys)} belongs to the browser. Press others.`
  const other = allShortcuts.find((each) => each.id !== id && keysOf(each).includes(keys))
  if (!other) return undefined
  const wayOn = other.fixed ? 'Press others.' : 'Press others, or change that one first.'
  return `${printKeys(keys)} is “${other.label}”. ${wayOn}`
}
