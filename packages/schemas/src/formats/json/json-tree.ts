/** JSON text as a tree of plain values, for schemas and small documents: never on the path of records through a pipeline. */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import { problemOfJson } from './explain.ts'
import {
  closeBrace,
  closeBracket,
  comma,
  openBrace,
  openBracket,
  quote,
  skipNumber,
  skipSpace,
  skipString,
} from './scan.ts'
import { unescapeInto } from './unescape.ts'

/** Deepest nesting of a tree: it is built by recursion. */
export const treeDepthMax = 200

/** A number as it was written: all its digits. */
export class JsonNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Objects keep the order of their keys; the last of duplicate keys counts. */
export type JsonTree = null | boolean | string | JsonNumber | JsonTree[] | Map<string, JsonTree>

export type ParsedTree = { ok: true; tree: JsonTree } | { ok: false; message: string }

/** Parses UTF-8 bytes or text that hold one JSON value. */
export function parseJsonTree(input: Uint8Array | string): ParsedTree {
  const data = typeof input === 'string' ? encodeUtf8(input) : input
  const problem = problemOfJson(data, 0, data.length)
  if (problem !== undefined) return { ok: false, message: problem }
  const builder = new TreeBuilder(data)
  const tree = builder.value(0)
  return builder.tooDeep
    ? { ok: false, message: `not readable: nested deeper than ${treeDepthMax} levels` }
    : { ok: true, tree }
}

/** Builds from text that is known to be valid. */
class TreeBuilder {
  tooDeep = false
  private p = 0
  private readonly data: Uint8Array

  constructor(data: Uint8Array) {
    this.data = data
  }

  value(depth: number): JsonTree {
    const c = this.peek()
    if (depth > treeDepthMax) {
      this.tooDeep = true
      return null
    }
    if (c === openBrace) return this.object(depth)
    if (c === openBracket) return this.array(depth)
    if (c === quote) return this.text()
    if (c === 0x74 || c === 0x6e) {
      this.p += 4
      return c === 0x74 ? true : null
    }
    if (c === 0x66) {
      this.p += 5
      return false
    }
    const start = this.p
    this.p = skipNumber(this.data, start, this.data.length)
    return new JsonNumber(decodeUtf8(this.data.subarray(start, this.p)))
  }

  private object(depth: number): Map<string, JsonTree> {
    const members = new Map<string, JsonTree>()
    this.p++
    while (this.peek() !== closeBrace && !this.tooDeep) {
      if (this.data[this.p] === comma) {
        this.p++
        this.peek()
      }
      const key = this.text()
      this.peek()
      this.p++
      members.set(key, this.value(depth + 1))
    }
    this.p++
    return members
  }

  private array(depth: number): JsonTree[] {
    const items: JsonTree[] = []
    this.p++
    while (this.peek() !== closeBracket && !this.tooDeep) {
      if (this.data[this.p] === comma) this.p++
      items.push(this.value(depth + 1))
    }
    this.p++
    return items
  }

  private text(): string {
    const start = this.p + 1
    this.p = skipString(this.data, start, this.data.length)
    const target = new Uint8Array(this.p - start)
    const used = unescapeInto(this.data, start, this.p - 1, target, 0)
    // Half a surrogate pair is no character: it is left as the escape that was written.
    return decodeUtf8(used < 0 ? this.data.subarray(start, this.p - 1) : target.subarray(0, used))
  }

  private peek(): number {
    this.p = skipSpace(this.data, this.p, this.data.length)
    return this.data[this.p]
  }
}

/** Compact JSON text of a tree. */
export function printJsonTree(tree: JsonTree): string {
  if (tree instanceof JsonNumber) return tree.text
  if (Array.isArray(tree)) return `[${tree.map(printJsonTree).join(',')}]`
  if (tree instanceof Map) {
    const members = [...tree].map(
      ([key, value]) => `${JSON.stringify(key)}:${printJsonTree(value)}`,
    )
    return `{${members.join(',')}}`
  }
  return JSON.stringify(tree)
}
