// Compares src/protocol/definitions with the schemas inside kafka-clients. By hand:
//   cd verify-java-client && mvn -q compile exec:java -Dexec.mainClass=Schemas | node ../compare-definitions.mjs
// Differences that are meant: our arrays of ListGroups may be null, Kafka's may not.
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../src/protocol/definitions/', import.meta.url)
const theirs = new Map()
for (const line of readFileSync(0, 'utf8').split('\n')) {
  // Maven colours its output: take the line from its number on.
  const found = /(\d+) (request|response) (\d+) (\S+) (\S+)$/.exec(line.trim())
  const [, key, side, version, path, type] = found ?? []
  if (!type) continue
  const message = `${key} ${side} ${version}`
  theirs.set(message, [...(theirs.get(message) ?? []), `${path} ${simple(type)}`])
}

function simple(type) {
  // RECORDS are bytes on the wire.
  return type.replace('RECORDS', 'BYTES').replace(/^COMPACT_NULLABLE_/, 'NULLABLE_COMPACT_')
}

const within = (range, version) => {
  if (range === undefined) return true
  const [low, high] = range.endsWith('+') ? [range.slice(0, -1), 32767] : range.split('-')
  return version >= Number(low) && version <= Number(high ?? low)
}
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const fixed = { int64clamped: 'INT64', bool: 'BOOLEAN' }

function* describe(fields, path, version, flexible) {
  const here = fields.filter((field) => within(field.versions, version))
  const plain = here.filter((field) => field.tag === undefined)
  const tagged = here.filter((field) => field.tag !== undefined).sort((a, b) => a.tag - b.tag)
  for (const field of [...plain, ...tagged]) {
    const name = field.tag === undefined ? snake(field.name) : `#${field.tag}:${snake(field.name)}`
    const nullable = field.nullable !== undefined && within(field.nullable, version)
    const prefix = (nullable ? 'NULLABLE_' : '') + (flexible ? 'COMPACT_' : '')
    const array = field.type.startsWith('[]')
    if (array) yield `${path}${name} ${prefix}ARRAY`
    const element = array ? field.type.slice(2) : field.type
    const at = `${path}${name}${array ? '[]' : ''}`
    if (field.fields) yield* describe(field.fields, `${at}.`, version, flexible)
    else if (element === 'string' || element === 'bytes') {
      yield `${at} ${array ? (flexible ? 'COMPACT_' : '') : prefix}${element.toUpperCase()}`
    } else yield `${at} ${fixed[element] ?? element.toUpperCase()}`
  }
}

let differences = 0
let compared = 0
for (const file of readdirSync(folder)) {
  const definition = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  const [low, high] = definition.versions.split('-').map(Number)
  for (let version = low; version <= high; version++) {
    for (const side of ['request', 'response']) {
      const flexible = within(definition.flexible, version)
      const ours = [...describe(definition[side], '', version, flexible)].join('\n')
      const known = theirs.get(`${definition.key} ${side} ${version}`)
      if (!known && ours !== '')
        console.log(`${definition.name} ${side} v${version}: not in the jar`)
      if (!known) continue
      compared++
      if (ours === known.join('\n')) continue
      differences++
      console.log(`${definition.name} ${side} v${version}`)
      const mine = ours.split('\n')
      for (const line of mine) if (!known.includes(line)) console.log(`  ours   ${line}`)
      for (const line of known) if (!mine.includes(line)) console.log(`  theirs ${line}`)
      if (mine.toSorted().join() === known.toSorted().join()) console.log('  another order')
    }
  }
}
console.log(`${compared} messages compared, ${differences} differ`)
