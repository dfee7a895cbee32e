// Where two decoded answers differ, a line for each place. What must differ is masked: ids are compared by whether they
// are there and which of them are the same, times and texts by whether they are there.
import { zeroUuid } from '../../src/protocol/index.ts'

const ids = new Set(['topicId', 'clusterId', 'memberId', 'leader', 'producerId'])
const there = new Set(['errorMessage', 'host', 'clientHost', 'logAppendTimeMs', 'documentation'])
const none = new Set(['', -1, null, zeroUuid])
/** Arrays whose order means nothing, and the field that names an element. */
const named = { configs: 'name', apiKeys: 'apiKey', groups: 'groupId', members: 'groupInstanceId' }

function mask(value, key, names) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map((element) => mask(element, key, names))
  if (typeof value === 'object' && value !== null) return masked(value, names)
  if (none.has(value)) return value
  if (key === 'port') return 'a port'
  if (there.has(key)) return 'something'
  if (!ids.has(key)) return value
  if (!names.has(value)) names.set(value, `id ${names.size + 1}`)
  return names.get(value)
}

function masked(object, names) {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, mask(value, key, names)]),
  )
}

function* compare(theirs, ours, path) {
  if (Object.is(theirs, ours)) return
  const objects = [theirs, ours].every((value) => typeof value === 'object' && value !== null)
  if (!objects || Array.isArray(theirs) !== Array.isArray(ours)) {
    yield `${path || 'answer'}: Kafka ${JSON.stringify(theirs)}, Millrace ${JSON.stringify(ours)}`
    return
  }
  const keyed = named[path.split('.').at(-1)]
  const [left, right] =
    keyed && Array.isArray(theirs) ? [byName(theirs, keyed), byName(ours, keyed)] : [theirs, ours]
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    yield* compare(left[key], right[key], path ? `${path}.${key}` : key)
  }
}

function byName(elements, key) {
  return Object.fromEntries(elements.map((element, index) => [element[key] ?? index, element]))
}

export function differences(theirs, ours) {
  const [left, right] = [theirs, ours].map((value) => mask(value, '', new Map()))
  return [...compare(left, right, '')]
}
