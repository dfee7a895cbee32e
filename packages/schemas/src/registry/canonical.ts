/** Avro's own rendering of a schema (Schema.toString in Java): what the registry stores, returns and compares by. */
import { primitiveNames } from '../formats/avro/schema.ts'
import type { JsonTree } from '../formats/json/json-tree.ts'
import { parseJsonTree, printJsonTree } from '../formats/json/json-tree.ts'

/** The text of a schema that has been parsed successfully: no white space, attributes in Avro's order, names relative to their space. */
export function canonicalSchema(text: string): string {
  const parsed = parseJsonTree(text)
  return printJsonTree(render(parsed.ok ? parsed.tree : text.trim(), ''))
}

function render(tree: JsonTree, namespace: string): JsonTree {
  if (typeof tree === 'string') return relativeName(tree, namespace)
  if (Array.isArray(tree)) return tree.map((branch) => render(branch, namespace))
  if (!(tree instanceof Map)) return tree
  const type = tree.get('type') as JsonTree
  switch (type) {
    case 'record':
    case 'error':
    case 'enum':
    case 'fixed':
      return renderNamed(tree, type, namespace)
    case 'array':
      return ordered(tree, [['type'], ['items', render(tree.get('items') as JsonTree, namespace)]])
    case 'map':
      return ordered(tree, [
        ['type'],
        ['values', render(tree.get('values') as JsonTree, namespace)],
      ])
    default: {
      const inner = render(type, namespace)
      if (tree.size === 1) return inner
      return inner instanceof Map ? inner : ordered(tree, [['type', inner]])
    }
  }
}

function renderNamed(tree: Map<string, JsonTree>, type: string, outer: string): JsonTree {
  const given = tree.get('name') as string
  const own = tree.get('namespace')
  const dot = given.lastIndexOf('.')
  const namespace = dot > 0 ? given.slice(0, dot) : typeof own === 'string' ? own : outer
  const first: [string, JsonTree?][] = [['type'], ['name', given.slice(dot + 1)]]
  if (namespace !== outer && namespace !== '') first.push(['namespace', namespace])
  first.push(['doc'])
  const last: [string, JsonTree?][] = []
  if (type === 'enum') first.push(['symbols'], ['default'])
  else if (type === 'fixed') first.push(['size'])
  else {
    const fields = (tree.get('fields') as JsonTree[]).map((field) =>
      renderField(field as Map<string, JsonTree>, namespace),
    )
    first.push(['fields', fields])
  }
  last.push(['aliases'])
  return ordered(tree, first, last, ['namespace'])
}

function renderField(field: Map<string, JsonTree>, namespace: string): JsonTree {
  const hidden = field.get('order') === 'ascending' ? ['order'] : []
  const first: [string, JsonTree?][] = [
    ['name'],
    ['type', render(field.get('type') as JsonTree, namespace)],
    ['doc'],
    ['default'],
    ['order'],
    ['aliases'],
  ]
  return ordered(field, first, [], hidden)
}

/** The attributes `first`, then all others in their order, then `last`; without the hidden ones. */
function ordered(
  tree: Map<string, JsonTree>,
  first: readonly [string, JsonTree?][],
  last: readonly [string, JsonTree?][] = [],
  hidden: readonly string[] = [],
): Map<string, JsonTree> {
  const result = new Map<string, JsonTree>()
  const put = ([key, value]: readonly [string, JsonTree?]) => {
    const given = value ?? (hidden.includes(key) ? undefined : tree.get(key))
    if (given !== undefined) result.set(key, given)
  }
  for (const one of first) put(one)
  const placed = new Set([...first, ...last].map(([key]) => key).concat(hidden))
  for (const [key, value] of tree) if (!placed.has(key)) result.set(key, value)
  for (const one of last) put(one)
  return result
}

function relativeName(name: string, namespace: string): string {
  if (primitiveNames.some((primitive) => primitive === name)) return name
  return namespace !== '' &&
    name.startsWith(`${namespace}.`) &&
    !name.slice(namespace.length + 1).includes('.')
    ? name.slice(namespace.length + 1)
    : name
}
