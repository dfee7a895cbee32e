/** Topic and broker configs as the protocol shows them: value, source, type, documentation. */

import type { TopicInfo } from '../log/api.ts'
import { describeTopicConfig } from '../log/topic-config.ts'
import { frameBytesMax } from '../protocol/index.ts'
import type { BrokerSettings } from './context.ts'

/** Kafka's `ConfigEntry.ConfigSource`. */
export const configSources = { topic: 1, staticBroker: 4, default: 5 } as const

/** Kafka's `ConfigEntry.ConfigType`. */
const configTypes = { BOOLEAN: 1, STRING: 2, INT: 3, LONG: 5, LIST: 7 } as const
type ConfigType = keyof typeof configTypes

export interface ConfigEntry {
  name: string
  value: string
  readOnly: boolean
  source: number
  type: number
  documentation: string
}

interface FixedConfig {
  name: string
  value: string
  type: ConfigType
  documentation: string
}

const longMax = '9223372036854775807'

/** Keys that clients look for and whose value never changes here; they cannot be given at creation. */
const fixedTopicConfigs: readonly FixedConfig[] = [
  fixed('flush.messages', longMax, 'LONG', 'Syncing is a matter of millrace.durability.'),
  fixed('flush.ms', longMax, 'LONG', 'Syncing is a matter of millrace.durability.'),
  fixed('preallocate', 'false', 'BOOLEAN', 'Segment files grow as they are written.'),
  fixed('remote.storage.enable', 'false', 'BOOLEAN', 'There is no tiered storage.'),
  fixed('unclean.leader.election.enable', 'false', 'BOOLEAN', 'There is one replica.'),
]

function fixed(name: string, value: string, type: ConfigType, documentation: string): FixedConfig {
  return { name, value, type, documentation }
}

export function topicConfigEntries(topic: TopicInfo): ConfigEntry[] {
  const entries = describeTopicConfig(topic.config).map(
    (entry): ConfigEntry => ({
      name: entry.name,
      value: entry.value,
      readOnly: entry.readOnly,
      source: entry.isDefault ? configSources.default : configSources.topic,
      type: configTypes[entry.name === 'cleanup.policy' ? 'LIST' : entry.type],
      documentation: entry.documentation,
    }),
  )
  for (const config of fixedTopicConfigs) entries.push(readOnlyEntry(config, configSources.default))
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

export function brokerConfigEntries(settings: BrokerSettings): ConfigEntry[] {
  const boot = (name: string, value: string, type: ConfigType, documentation: string) =>
    readOnlyEntry({ name, value, type, documentation }, configSources.staticBroker)
  const create = String(settings.autoCreateTopics)
  return [
    boot(
      'auto.create.topics.enable',
      create,
      'BOOLEAN',
      'Are topics created when first asked for?',
    ),
    boot('broker.id', String(settings.nodeId), 'INT', 'The id of this broker.'),
    boot('default.replication.factor', '1', 'INT', 'There is one broker.'),
    boot('log.cleanup.policy', 'delete', 'LIST', 'There is no compaction.'),
    boot('log.retention.bytes', '-1', 'LONG', 'Records are kept until their topic is deleted.'),
    boot('log.retention.ms', '-1', 'LONG', 'Records are kept until their topic is deleted.'),
    boot('min.insync.replicas', '1', 'INT', 'There is one replica.'),
    boot('node.id', String(settings.nodeId), 'INT', 'The id of this broker.'),
    boot('num.partitions', String(settings.defaultPartitions), 'INT', 'Partitions by default.'),
    boot('socket.request.max.bytes', String(frameBytesMax), 'INT', 'The largest request.'),
  ]
}

function readOnlyEntry(config: FixedConfig, source: number): ConfigEntry {
  return { ...config, type: configTypes[config.type], readOnly: true, source }
}
