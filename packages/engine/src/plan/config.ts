/** Configs of nodes: migrated to their kind's present version, then parsed by its schema. Parsed once per config object. */
import type { DocumentNode } from '@millrace/schemas'
import { configMessage } from './config-messages.ts'
import type { NodeDefinition } from './node-definition.ts'
import type { Problem } from './problems.ts'

export interface ParsedConfig {
  /** `null`: refused, see `problems`. */
  config: unknown
  problems: readonly Problem[]
}

const parsed = new WeakMap<object, { definition: object; node: string; result: ParsedConfig }>()

/** Documents are immutable, so a config that was parsed before needs no second look. */
export function parseConfig(node: DocumentNode, definition: NodeDefinition<never>): ParsedConfig {
  const known = parsed.get(node.config)
  if (known && known.definition === definition && known.node === `${node.id}/${node.version}`)
    return known.result
  const result = parseAfresh(node, definition)
  parsed.set(node.config, { definition, node: `${node.id}/${node.version}`, result })
  return result
}

function parseAfresh(node: DocumentNode, definition: NodeDefinition<never>): ParsedConfig {
  if (node.version > definition.version) {
    const message = `'${node.name}' was made by a newer Millrace: its settings have version ${node.version}, this one knows ${definition.version}. Update Millrace to open it.`
    return { config: null, problems: [refusal(node, 'config-version', '', message)] }
  }
  const migrated = migrateConfig(node, definition)
  const outcome = definition.config.safeParse(migrated)
  if (outcome.success) return { config: outcome.data, problems: [] }
  const problems = outcome.error.issues.map((issue) => {
    const path = issue.path.map(String)
    const message = configMessage(definition, path, issue)
    return refusal(node, 'config', path.join('.'), message)
  })
  return { config: null, problems }
}

function refusal(node: DocumentNode, code: string, field: string, message: string): Problem {
  return { code, severity: 'error', node: node.id, field, message, fixes: [] }
}

/** The config at the kind's present version; the input stays as it is. */
export function migrateConfig(
  node: DocumentNode,
  definition: NodeDefinition<never>,
): Record<string, unknown> {
  let config = node.config
  for (let version = node.version; version < definition.version; version++) {
    const migrate = definition.migrations[version - 1]
    if (migrate) config = migrate(config)
  }
  return config
}
