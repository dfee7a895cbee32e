/** Consumer groups by topic: members, commits and how far each is behind. */
import type { GroupSummary } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'

const groupsMaxAgeMs = 3000

interface KnownGroup {
  group: string
  state: string
  protocol: string
  members: { id: string; client: string; host: string }[]
  /** Committed offsets by topic and partition. */
  committed: Map<string, Map<number, number>>
}

export class TopicGroups {
  private readonly kafka: KafkaAccess
  private groups: KnownGroup[] = []
  private readAt = 0
  private reading: Promise<void> | undefined

  constructor(kafka: KafkaAccess) {
    this.kafka = kafka
  }

  async namesOf(topic: string): Promise<string[]> {
    await this.refresh()
    return this.groups.filter((each) => each.committed.has(topic)).map((each) => each.group)
  }

  /** `pipelineOf`: which pipeline a group belongs to, if it is an engine source's. */
  async of(
    topic: string,
    {
      starts,
      ends,
      pipelineOf,
    }: {
      starts: readonly number[]
      ends: readonly number[]
      pipelineOf: (group: string) => string | null
    },
  ): Promise<GroupSummary[]> {
    await this.refresh()
    const summaries: GroupSummary[] = []
    for (const known of this.groups) {
      const committed = known.committed.get(topic)
      if (!committed) continue
      const partitions = ends.map((end, partition) => {
        const offset = committed.get(partition) ?? null
        const from = Math.max(offset ?? 0, starts[partition])
        return { partition, committed: offset, end, behind: offset === null ? null : end - from }
      })
      summaries.push({
        group: known.group,
        state: known.state,
        protocol: known.protocol,
        members: known.members,
        partitions,
        behind: partitions.reduce((sum, each) => sum + (each.behind ?? 0), 0),
        pipeline: pipelineOf(known.group),
      })
    }
    return summaries.sort((a, b) => b.behind - a.behind)
  }

  private refresh(): Promise<void> {
    if (Date.now() - this.readAt < groupsMaxAgeMs) return Promise.resolve()
    this.reading ??= this.read().finally(() => {
      this.reading = undefined
    })
    return this.reading
  }

  private async read(): Promise<void> {
    const groups: KnownGroup[] = []
    for (const { groupId } of await this.kafka.admin.listGroups()) {
      const described = await this.kafka.admin.describeGroup(groupId)
      const committed = new Map<string, Map<number, number>>()
      for (const { topic, partition, offset } of await this.kafka.admin.fetchOffsets(groupId)) {
        const offsets = committed.get(topic) ?? new Map<number, number>()
        offsets.set(partition, offset)
        committed.set(topic, offsets)
      }
      groups.push({
        group: groupId,
        state: described.state,
        protocol: described.protocol,
        members: described.members.map(({ memberId, clientId, clientHost }) => ({
          id: memberId,
          client: clientId,
          host: clientHost,
        })),
        committed,
      })
    }
    this.groups = groups
    this.readAt = Date.now()
  }
}
