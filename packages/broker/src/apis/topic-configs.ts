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
  /** What gives the value, the strongest first (KIP-226). */
  synonyms: Synonym[]
}

interface Synonym {
  name: string
  value: string
  source: number
}

interface FixedConfig {
  name: string
  value: string
  type: ConfigType
  documentation: string
}

/** Under which name the broker gives a topic config its default, where Kafka has one in the same unit. */
const brokerNames: Readonly<Record<string, string>> = {
  'cleanup.policy': 'log.cleanup.policy',
  'compression.type': 'compression.type',
  'flush.messages': 'log.flush.interval.messages',
  'max.message.bytes': 'message.max.bytes',
  'message.timestamp.type': 'log.message.timestamp.type',
  'millrace.durability': 'millrace.durability',
  'min.insync.replicas': 'min.insync.replicas',
  preallocate: 'log.preallocate',
  'retention.bytes': 'log.retention.bytes',
  'segment.bytes': 'log.segment.bytes',
  'unclean.leader.election.enable': 'unclean.leader.election.enable',
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
  const entries = describeTopicConfig(topic.config).map((entry): ConfigEntry => {
    const { name, value, readOnly, documentation } = entry
    const source = entry.isDefault ? configSources.default : configSources.topic
    const type = configTypes[name === 'cleanup.policy' ? 'LIST' : entry.type]
    const synonyms = defaultSynonyms(name, entry.default)
    if (!entry.isDefault) synonyms.unshift({ name, value, source })
    return { name, value, readOnly, source, type, documentation, synonyms }
  })
  for (const config of fixedTopicConfigs) {
    const entry = readOnlyEntry(config, configSources.default)
    entries.push({ ...entry, synonyms: defaultSynonyms(config.name, config.value) })
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function defaultSynonyms(name: string, value: string): Synonym[] {
  const brokerName = brokerNames[name]
  return brokerName ? [{ name: brokerName, value, source: configSources.default }] : []
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
  const { name, value } = config
  const synonyms = [{ name, value, source }]
  return { ...config, type: configTypes[config.type], readOnly: true, source, synonyms }
}
