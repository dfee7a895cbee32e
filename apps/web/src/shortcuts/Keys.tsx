/** The keys of a shortcut, as they are bound now. */
import { Kbd } from '../ui/Kbd.tsx'
import { useKeys } from './bindings.ts'
import type { ShortcutId } from './shortcuts.ts'

export function Keys({ id }: { id: ShortcutId }) {
  return <Kbd keys={useKeys(id)} />
}
