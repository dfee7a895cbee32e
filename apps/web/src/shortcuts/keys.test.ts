// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { matchesKeys, printKeys } from './keys.ts'
import { commandRegistry, handleShortcut } from './registry.ts'

function press(key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  return new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true, ...init })
}

describe('keys', () => {
  it('tells undo from redo', () => {
    expect(matchesKeys(press('z', { ctrlKey: true }), 'Mod+Z')).toBe(true)
    expect(matchesKeys(press('Z', { ctrlKey: true, shiftKey: true }), 'Mod+Z')).toBe(false)
    expect(matchesKeys(press('Z', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+Z')).toBe(true)
  })

  it('takes a sign with or without Shift', () => {
    expect(matchesKeys(press('?', { shiftKey: true }), '?')).toBe(true)
    expect(matchesKeys(press('+'), '+')).toBe(true)
    expect(printKeys('Mod+ArrowLeft')).toBe('Ctrl+←')
  })

  it('leaves single keys to the input in which the user types', () => {
    let ran = 0
    const command = { id: 'a', label: 'A', group: 'g', keys: ['Delete'], run: () => ++ran }
    commandRegistry.setState({ scopes: new Map([['test', [command]]]) })
    window.addEventListener('keydown', handleShortcut)
    const input = document.body.appendChild(document.createElement('input'))
    input.dispatchEvent(press('Delete'))
    expect(ran).toBe(0)
    document.body.dispatchEvent(press('Delete'))
    expect(ran).toBe(1)
    window.removeEventListener('keydown', handleShortcut)
  })
})
