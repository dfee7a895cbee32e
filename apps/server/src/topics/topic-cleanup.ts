/** What becomes of old records, by the topic's config; configs do not change, so each topic is asked once. */
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import type { TopicState } from './topic-stats.ts'

export interface Cleanup {
  /** `cleanup.policy`; null: the broker does not say. */
  cleanup: string | null
  /** `retention.ms`; null: kept for good. */
  retentionMs: number | null
}

export class TopicCleanup {
  private readonly kafka: KafkaAccess
  private readonly known = new Map<string, Cleanup>()

  constructor(kafka: KafkaAccess) {
    this.kafka = kafka
  }

  async of({ name, id }: TopicState): Promise<Cleanup> {
    const before = this.known.get(id)
    if (before) return before
    try {
      const configs = await this.kafka.admin.topicConfigs(name)
      const textOf = (config: string) => configs.find((each) => each.name === config)?.value
      const retention = Number(textOf('retention.ms') ?? -1)
      const cleanup = {
        cleanup: textOf('cleanup.policy') ?? null,
        retentionMs: retention < 0 ? null : retention,
      }
      this.known.set(id, cleanup)
      return cleanup
    } catch {
      // Deleted meanwhile.
      return { cleanup: null, retentionMs: null }
    }
  }
}
