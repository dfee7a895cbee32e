/** The topic configs that are honoured, those that may be given only as they are, and how both are checked and described. */
import type { Durability } from './api.ts'

export type TimestampType = 'CreateTime' | 'LogAppendTime'

export interface TopicConfig {
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly maxMessageBytes: number
  readonly timestampType: TimestampType
  readonly durability: Durability
  /** Exactly what the creator set, by name: the rest are defaults. */
  readonly given: ReadonlyMap<string, string>
}

export const segmentBytesMax = 1024 * 1024 * 1024
/** Smallest segment that makes sense; Kafka's lower bound is 1 MiB since 4.0, 14 bytes before. */
export const segmentBytesMin = 1024
const week = 7 * 24 * 3600 * 1000

type ConfigType = 'INT' | 'LONG' | 'STRING'

interface ConfigRule {
  name: string
  type: ConfigType
  default: string
  documentation: string
  /** Undefined when the text is taken. */
  refuse(text: string): string | undefined
}

function wholeNumber(low: number, high: number): (text: string) => string | undefined {
  return (text) => {
    const value = Number(text)
    const good = /^-?\d+$/.test(text) && value >= low && value <= high
    return good ? undefined : `must be a whole number from ${low} to ${high}`
  }
}

function oneOf(...values: string[]): (text: string) => string | undefined {
  return (text) => (values.includes(text) ? undefined : `must be ${values.join(' or ')}`)
}

/** Accepted only with the value that the log has anyway, so that clients which spell defaults out are served. */
function fixed(name: string, type: ConfigType, value: string): ConfigRule {
  return {
    name,
    type,
    default: value,
    documentation: `Always ${value} on this broker.`,
    refuse: (text) => (text === value ? undefined : `can only be ${value} on this broker`),
  }
}

const honoured: readonly ConfigRule[] = [
  {
    name: 'segment.bytes',
    type: 'INT',
    default: String(256 * 1024 * 1024),
    documentation: 'A segment file is closed and a new one begun before it passes this size.',
    refuse: wholeNumber(segmentBytesMin, segmentBytesMax),
  },
  {
    name: 'segment.ms',
    type: 'LONG',
    default: String(week),
    documentation: 'A segment file is closed when its first batch is older than this.',
    refuse: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  },
  {
    name: 'max.message.bytes',
    type: 'INT',
    default: String(1024 * 1024 + 12),
    documentation: 'The largest record batch that is taken, as sent.',
    refuse: wholeNumber(0, 100 * 1024 * 1024),
  },
  {
    name: 'message.timestamp.type',
    type: 'STRING',
    default: 'CreateTime',
    documentation: 'Whether records keep the producer’s time or get the broker’s.',
    refuse: oneOf('CreateTime', 'LogAppendTime'),
  },
  {
    name: 'millrace.durability',
    type: 'STRING',
    default: 'os',
    documentation:
      'os: acknowledged when the kernel has the bytes; fsync: acknowledged when the device has them.',
    refuse: oneOf('os', 'fsync'),
  },
]

const rules: readonly ConfigRule[] = [
  ...honoured,
  fixed('cleanup.policy', 'STRING', 'delete'),
  fixed('compression.type', 'STRING', 'producer'),
  fixed('min.insync.replicas', 'INT', '1'),
  fixed('retention.bytes', 'LONG', '-1'),
  fixed('retention.ms', 'LONG', '-1'),
]

const byName: ReadonlyMap<string, ConfigRule> = new Map(rules.map((rule) => [rule.name, rule]))
const honouredNames: ReadonlySet<string> = new Set(honoured.map((rule) => rule.name))

/** The topic's config, or a sentence naming the config that is refused. */
export function parseTopicConfig(
  configs: ReadonlyMap<string, string | null>,
  defaults: { durability: Durability },
): { ok: true; config: TopicConfig } | { ok: false; message: string } {
  const given = new Map<string, string>()
  for (const [name, text] of configs) {
    const rule = byName.get(name)
    if (!rule) {
      return {
        ok: false,
        message: `Topic config ${name} is not supported by this broker. Supported: ${[...honouredNames].join(', ')}.`,
      }
    }
    if (text === null) return { ok: false, message: `Topic config ${name} has no value.` }
    const refusal = rule.refuse(text)
    if (refusal) return { ok: false, message: `Topic config ${name}=${text}: it ${refusal}.` }
    given.set(name, text)
  }
  const value = (name: string) => given.get(name) ?? byName.get(name)?.default ?? ''
  return {
    ok: true,
    config: {
      segmentBytes: Number(value('segment.bytes')),
      segmentMs: Number(value('segment.ms')),
      maxMessageBytes: Number(value('max.message.bytes')),
      timestampType: value('message.timestamp.type') as TimestampType,
      durability: (given.get('millrace.durability') as Durability) ?? defaults.durability,
      given,
    },
  }
}

export interface TopicConfigEntry {
  name: string
  value: string
  /** Not set by the creator. */
  isDefault: boolean
  default: string
  /** Cannot have another value. */
  readOnly: boolean
  type: ConfigType
  documentation: string
}

/** Every topic config, for DescribeConfigs. */
export function describeTopicConfig(config: TopicConfig): TopicConfigEntry[] {
  return rules.map((rule) => ({
    name: rule.name,
    value: config.given.get(rule.name) ?? defaultOf(rule, config),
    isDefault: !config.given.has(rule.name),
    default: defaultOf(rule, config),
    readOnly: !honouredNames.has(rule.name),
    type: rule.type,
    documentation: rule.documentation,
  }))
}

/** The durability of topics that name none is a matter of how the broker was started. */
function defaultOf(rule: ConfigRule, config: TopicConfig): string {
  const started = rule.name === 'millrace.durability' && !config.given.has(rule.name)
  return started ? config.durability : rule.default
}
