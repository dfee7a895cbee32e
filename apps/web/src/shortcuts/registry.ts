/** Every shortcut and palette command of what is on screen now. */
import { useEffect } from 'react'
import { createStore } from 'zustand/vanilla'
import { keysOf } from './bindings.ts'
import { isTyping, matchesKeys, typesText } from './keys.ts'

export interface AppCommand {
  id: string
  label: string
  /** Heading in the palette and in the shortcut sheet. */
  group: string
  /** Unless the user bound others: `keysOf` says. */
  keys?: readonly string[]
  /** Also while typing in an input, with keys that write nothing. */
  whileTyping?: boolean
  /** Left out of the palette. */
  hidden?: boolean
  enabled?(): boolean
  /** Returns false to let the key go on. */
  run(): unknown
}

export const commandRegistry = createStore<{ scopes: ReadonlyMap<string, readonly AppCommand[]> }>(
  () => ({ scopes: new Map() }),
)

/** Makes commands available while the component is mounted. Keep the list's identity stable. */
export function useCommands(scope: string, commands: readonly AppCommand[]): void {
  useEffect(() => {
    setScope(scope, commands)
    return () => setScope(scope, null)
  }, [scope, commands])
}

function setScope(scope: string, commands: readonly AppCommand[] | null): void {
  const scopes = new Map(commandRegistry.getState().scopes)
  scopes.delete(scope)
  if (commands) scopes.set(scope, commands)
  commandRegistry.setState({ scopes })
}

/** All commands, the most recently mounted scope first. */
export function allCommands(): AppCommand[] {
  return [...commandRegistry.getState().scopes.values()].reverse().flat()
}

/** Runs the command that a key event means; the caller listens on the window. */
export function handleShortcut(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const typing = isTyping(event.target)
  const modal =
    event.target instanceof Element && event.target.closest('[role=dialog], [role=menu]')
  for (const command of allCommands()) {
    const pressed = keysOf(command).find((keys) => matchesKeys(event, keys))
    if (pressed === undefined) continue
    if ((typing || modal) && !command.whileTyping) continue
    if (typing && typesText(pressed)) continue
    if (command.enabled && !command.enabled()) continue
    if (command.run() === false) continue
    event.preventDefault()
    return
  }
}
