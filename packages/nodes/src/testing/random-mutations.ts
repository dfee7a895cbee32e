/** Damages a pipeline document at random, as a hand edit, another program or an older file may have. */
import type { Random } from '@millrace/base'
import { randomInteger } from '@millrace/base'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Place = { holder: Json[] | { [key: string]: Json }; key: string | number }

const strangeKeys = ['__proto__', 'constructor', 'prototype', 'toString', 'extra']
const strangeValues: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER,
  1e308,
  '',
  ' ',
  'x',
  '__proto__',
  'constructor',
  'a\u0000b',
  '\ud800',
  '\u{1f34e}'.repeat(40),
  'x'.repeat(10_000),
  [],
  [[]],
  {},
  [null],
]
const strangeTexts = [
  '',
  '(',
  '((((((((((((((((((((1))))))))))))))))))))',
  "'",
  '`',
  '1 = ',
  'nowhere > 1',
  'amount >',
  'NULL',
  'COUNT(*)',
  'SUM(',
  'SUM(nowhere)',
  'COUNT(*) + 1',
  "CAST('x' AS INT)",
  'amount == 1',
  '`__proto__` = 1',
  'constructor(1)',
  'toString(1)',
  "user_id = 'a' AND",
  'usr_id',
  'total_cent > 1',
  '*/ throw 1 //',
]
const kinds = [
  'topic-source',
  'filter',
  'select',
  'window',
  'topic-sink',
  'view-sink',
  'join',
  '__proto__',
]
const ports = ['rows', 'late', 'dead-letters', 'in', '__proto__', 'left']

const pick = <T>(random: Random, list: readonly T[]): T =>
  list[randomInteger(random, 0, list.length - 1)]

function isHolder(value: Json): value is Json[] | { [key: string]: Json } {
  return typeof value === 'object' && value !== null
}

/** Every key of every object and array below, with what holds it. */
function placesOf(value: Json, places: Place[] = []): Place[] {
  if (!isHolder(value)) return places
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    places.push({ holder: value, key })
    placesOf((value as { [key: string]: Json })[key], places)
  }
  return places
}

/** As JSON.parse does it: `__proto__` becomes an own key. */
function setOwn({ holder, key }: Place, value: Json): void {
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

interface Loose {
  nodes: {
    id: string
    kind: string
    version: number
    name: string
    config: { [key: string]: Json }
  }[]
  edges: { from: { node: string; port: string }; to: { node: string; port: string } }[]
}

/** Each changes the document in place. */
const mutations: readonly ((random: Random, document: Loose) => void)[] = [
  (random, document) => {
    const place = pick(random, placesOf(document as unknown as Json))
    if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 1)
    else delete place.holder[place.key]
  },
  (random, document) =>
    setOwn(pick(random, placesOf(document as unknown as Json)), pick(random, strangeValues)),
  (random, document) => {
    const { holder } = pick(random, placesOf(document as unknown as Json))
    if (Array.isArray(holder)) holder.push(pick(random, strangeValues))
    else setOwn({ holder, key: pick(random, strangeKeys) }, pick(random, strangeValues))
  },
  (random, document) => {
    const texts = placesOf(document as unknown as Json).filter(
      ({ key }) =>
        key === 'expression' || key === 'condition' || key === 'code' || key === 'column',
    )
    if (texts.length > 0) setOwn(pick(random, texts), pick(random, strangeTexts))
  },
  (random, document) => {
    const end = () => ({ node: pick(random, document.nodes).id, port: pick(random, ports) })
    document.edges.push({ from: end(), to: random.next() < 0.7 ? { ...end(), port: 'in' } : end() })
  },
  (random, document) => {
    document.edges.push(structuredClone(pick(random, document.edges)))
  },
  (random, document) => {
    document.nodes.push(structuredClone(pick(random, document.nodes)))
  },
  (random, document) => {
    const node = pick(random, document.nodes)
    document.nodes.splice(document.nodes.indexOf(node), 1)
    if (random.next() < 0.7)
      document.edges = document.edges.filter(
        (e) => e.from.node !== node.id && e.to.node !== node.id,
      )
  },
  (random, document) => {
    pick(random, document.nodes).kind = pick(random, kinds)
  },
  (random, document) => {
    pick(random, document.nodes).version = pick(random, [0, 2, 99, 1.5, Number.MAX_SAFE_INTEGER])
  },
  (random, document) => {
    const lists = placesOf(document as unknown as Json).filter(
      ({ key }) => key === 'forEach' || key === 'keyColumns',
    )
    if (lists.length === 0) return
    const names = ['user_id', 'usr_id', 'country', '', '__proto__', 'nowhere', 'window_end']
    setOwn(
      pick(random, lists),
      Array.from({ length: randomInteger(random, 0, 4) }, () => pick(random, names)),
    )
  },
  (random, document) => {
    const [one, other] = [pick(random, document.edges), pick(random, document.edges)]
    ;[one.to, other.to] = [other.to, one.to]
  },
]

/** A copy with one to four faults. It may break the document's shape, so a caller knows nothing of its type. */
export function mutated(random: Random, document: unknown): unknown {
  const copy = structuredClone(document) as Loose
  const count = randomInteger(random, 1, 4)
  for (let i = 0; i < count; i++) {
    try {
      pick(random, mutations)(random, copy)
    } catch (error) {
      // An earlier fault took away what this one would damage.
      if (!(error instanceof TypeError)) throw error
    }
  }
  return copy
}
