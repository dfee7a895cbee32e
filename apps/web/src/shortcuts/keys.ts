/** Key combinations as text: "Mod+Shift+Z" matches events, and prints as this machine writes it. */

const onMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform)

const macSigns: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Ctrl: '⌃' }
const names: Record<string, string> = {
  Mod: 'Ctrl',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
}

/** "Mod+Z" → "⌘Z" on a Mac, else "Ctrl+Z". */
export function printKeys(keys: string): string {
  const parts = splitKeys(keys)
  if (onMac) return parts.map((part) => macSigns[part] ?? names[part] ?? part).join('')
  return parts.map((part) => names[part] ?? part).join('+')
}

/** Does the event press exactly these keys? "Mod" is ⌘ on a Mac, Ctrl elsewhere. */
export function matchesKeys(event: KeyboardEvent, keys: string): boolean {
  const parts = splitKeys(keys)
  const key = parts[parts.length - 1]
  const mod = onMac ? event.metaKey : event.ctrlKey
  if (mod !== parts.includes('Mod')) return false
  if (event.altKey !== parts.includes('Alt')) return false
  const shifted = parts.includes('Shift')
  // Signs such as "?" and "+" need Shift on some keyboards and not on others.
  const letter = /^[a-z]$/i.test(key) || key.length > 1
  if (letter && event.shiftKey !== shifted) return false
  return event.key.toLowerCase() === key.toLowerCase()
}

const modifiers = ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Process', ' ']

/** The keys that an event presses, as text; undefined for a modifier alone, and for Space, which presses buttons. */
export function keysOfEvent(event: KeyboardEvent): string | undefined {
  if (modifiers.includes(event.key)) return undefined
  const letter = /^[a-z]$/i.test(event.key)
  const shift = event.shiftKey && (letter || event.key.length > 1)
  return [
    ...((onMac ? event.metaKey : event.ctrlKey) ? ['Mod'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...(shift ? ['Shift'] : []),
    letter ? event.key.toUpperCase() : event.key,
  ].join('+')
}

/** Do the keys write a sign into an input? */
export function typesText(keys: string): boolean {
  const parts = splitKeys(keys)
  return parts[parts.length - 1].length === 1 && !parts.includes('Mod') && !parts.includes('Alt')
}

function splitKeys(keys: string): string[] {
  return keys.endsWith('++')
    ? [...keys.slice(0, -2).split('+'), '+']
    : keys === '+'
      ? ['+']
      : keys.split('+')
}

/** Is the user typing? Then single keys belong to the text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('.monaco-editor')) return true
  return target.matches(
    'textarea, select, input:not([type=checkbox], [type=radio], [type=range], [type=button])',
  )
}
