/** How objects of the JSON decoder remember the way their members were written, and forget what a copy of a key gave. */
import type { KeyNode, Member } from './key-tree.ts'
import { isAt, layoutMembersMax, wordsOf } from './key-tree.ts'

/** The object came twice in a record: what its first copy gave is forgotten, the last one counts. */
export function forget(node: KeyNode, serial: number, row: number): void {
  for (const child of node.children) {
    for (const slot of child.slots) {
      if (slot.seen !== serial) continue
      slot.setPresent(row)
      slot.seen = serial - 1
    }
    child.seen = serial - 1
    forget(child, serial, row)
  }
}

interface Seen extends Omit<Member, 'prefix' | 'words'> {
  data: Uint8Array
  start: number
  end: number
  /** Where it stood. */
  member: number
}

/** Finds the member in the layout, or adds it there; returns the index of the one expected behind it. */
export function learn(node: KeyNode, seen: Seen): number {
  const { layout } = node
  const size = seen.end - seen.start
  for (let i = 0; i < layout.length; i++) {
    const known = layout[i]
    if (known.first !== seen.first || known.prefix.length !== size) continue
    if (isAt(seen.data, seen.start, seen.end, known.prefix)) return i + 1
  }
  node.learning--
  const prefix = seen.data.slice(seen.start, seen.end)
  const member: Member = { prefix, words: wordsOf(prefix), first: seen.first, child: seen.child }
  if (layout.length < layoutMembersMax) layout.splice(seen.member, 0, member)
  else layout[Math.min(seen.member, layout.length - 1)] = member
  return seen.member + 1
}
