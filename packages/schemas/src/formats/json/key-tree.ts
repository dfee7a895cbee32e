/** The needed paths as a tree of keys; each level remembers the layout of the object it saw last. */
import { AppError, encodeUtf8 } from '@millrace/base'
import type { SourceColumn } from '../api.ts'
import { ColumnSlot } from '../column-slot.ts'
import { backslash, viewOf } from './scan.ts'
import { unescapeInto } from './unescape.ts'

/** Deepest path of a column, in keys. */
export const pathDepthMax = 32

/** Members that a remembered layout has at most. */
export const layoutMembersMax = 256

/** Members that one node may learn in a row; every object read gives one more, so that ever new keys cost a bounded time each. */
export const learningMax = 64

/** A member as it was written last time: everything between the value before it and its own value. */
export interface Member {
  /** `,"key":` with its white space; without the comma for the first member. */
  prefix: Uint8Array
  /** The prefix, four bytes at a time; the last word overlaps the one before. Empty: it is shorter than four bytes. */
  words: Int32Array
  first: boolean
  /** null: not needed. */
  child: KeyNode | null
}

export interface KeyNode {
  key: Uint8Array
  /** For messages: `a.b`. */
  path: string
  /** Columns that read the value itself. */
  slots: ColumnSlot[]
  children: KeyNode[]
  layout: Member[]
  /** Members that may be learned now. */
  learning: number
  /** Serial of the row that last came through here. */
  seen: number
}

/** `a.b\.c` is the keys `a` and `b.c`. */
export function splitPath(path: string): string[] {
  const keys: string[] = []
  let key = ''
  for (let i = 0; i < path.length; i++) {
    const c = path[i]
    if (c === '\\' && (path[i + 1] === '.' || path[i + 1] === '\\')) key += path[++i]
    else if (c === '.') {
      keys.push(key)
      key = ''
    } else key += c
  }
  keys.push(key)
  return keys
}

/** A key as it stands in a path. */
export function escapeKey(key: string): string {
  return key.replace(/[\\.]/g, '\\$&')
}

export function keysOf(column: SourceColumn): string[] {
  return column.path === undefined ? [column.name] : splitPath(column.path)
}

function makeNode(key: string, path: string): KeyNode {
  return {
    key: encodeUtf8(key),
    path,
    slots: [],
    children: [],
    layout: [],
    learning: learningMax,
    seen: 0,
  }
}

/** Throws `AppError` `bad-column-path` for a path that is too deep. */
export function buildKeyTree(columns: readonly SourceColumn[]): {
  root: KeyNode
  slots: ColumnSlot[]
} {
  const root = makeNode('', '')
  const slots = columns.map((column) => {
    const keys = keysOf(column)
    if (keys.length > pathDepthMax) {
      throw new AppError(
        `The path of column ${column.name} has ${keys.length} keys; at most ${pathDepthMax} are allowed.`,
        { code: 'bad-column-path', origin: 'user', details: { column: column.name } },
      )
    }
    let node = root
    keys.forEach((key, index) => {
      const path = keys
        .slice(0, index + 1)
        .map(escapeKey)
        .join('.')
      let child = node.children.find((candidate) => candidate.path === path)
      if (!child) {
        child = makeNode(key, path)
        node.children.push(child)
      }
      node = child
    })
    const slot = new ColumnSlot(column, node.path)
    node.slots.push(slot)
    return slot
  })
  return { root, slots }
}

/** The child with these key bytes, or null. */
function findChild(node: KeyNode, data: Uint8Array, start: number, end: number): KeyNode | null {
  const size = end - start
  for (const child of node.children) {
    if (child.key.length === size && isAt(data, start, end, child.key)) return child
  }
  return null
}

/** The child whose key stands there as JSON text, between the quotes, or null. */
export function childAt(
  node: KeyNode,
  data: Uint8Array,
  start: number,
  end: number,
): KeyNode | null {
  if (!data.subarray(start, end).includes(backslash)) return findChild(node, data, start, end)
  const key = new Uint8Array(end - start)
  const used = unescapeInto(data, start, end, key, 0)
  return used < 0 ? null : findChild(node, key, 0, used)
}

/** The words of a prefix for `hasPrefix`. */
export function wordsOf(prefix: Uint8Array): Int32Array {
  const size = prefix.length
  if (size < 4) return new Int32Array(0)
  const view = viewOf(prefix)
  const words = new Int32Array(Math.ceil(size / 4))
  for (let i = 0; i < words.length; i++) words[i] = view.getInt32(Math.min(4 * i, size - 4), true)
  return words
}

/** Does the member's prefix stand at `p`, before `end`? */
export function hasPrefix(
  data: Uint8Array,
  view: DataView,
  p: number,
  end: number,
  member: Member,
): boolean {
  const size = member.prefix.length
  if (p + size > end) return false
  const { words } = member
  const last = words.length - 1
  if (last < 0) return isAt(data, p, end, member.prefix)
  for (let i = 0; i < last; i++) if (view.getInt32(p + 4 * i, true) !== words[i]) return false
  return view.getInt32(p + size - 4, true) === words[last]
}

/** Do these bytes stand at `p`, before `end`? */
export function isAt(data: Uint8Array, p: number, end: number, bytes: Uint8Array): boolean {
  const size = bytes.length
  if (p + size > end) return false
  for (let i = 0; i < size; i++) if (data[p + i] !== bytes[i]) return false
  return true
}
