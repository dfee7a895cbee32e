/** Where each partition of a source begins: from its checkpoint, or as its config says. */
import { AppError } from '@millrace/base'
import type { TopicSourceConfig } from '@millrace/engine/plan'
import { newPartition, type PartitionState } from '@millrace/engine/runtime'

/** What of a Kafka client's admin is needed here. */
export interface TopicOffsets {
  describeTopic(name: string): Promise<{ partitions: readonly unknown[] } | undefined>
  /** By partition. */
  listOffsets(topic: string, query: 'earliest' | 'latest' | number): Promise<number[]>
  fetchOffsets(
    groupId: string,
  ): Promise<readonly { topic: string; partition: number; offset: number }[]>
}

/**
 * One entry for each partition of the topic. Throws `source-topic-missing`, and `checkpoint-beyond-log-end` or
 * `committed-beyond-log-end` when the checkpoint or the group knows records that the log does not have.
 */
export async function startOffsets(options: {
  admin: TopicOffsets
  config: TopicSourceConfig
  node: string
  restored: readonly PartitionState[] | null
}): Promise<PartitionState[]> {
  const { admin, config, node } = options
  const { topic } = config
  const description = await admin.describeTopic(topic)
  if (!description) {
    throw new AppError(`Topic ${topic} does not exist. Create it, or choose another topic.`, {
      code: 'source-topic-missing',
      origin: 'user',
      details: { node, topic },
    })
  }
  const ends = await admin.listOffsets(topic, 'latest')
  const configured = await configuredOffsets(admin, config, ends)
  const restored = new Map<number, PartitionState>()
  for (const entry of options.restored ?? []) {
    if (entry.topic === topic) restored.set(entry.partition, entry)
  }
  return description.partitions.map((_, partition) => {
    const entry = restored.get(partition)
    if (!entry) return newPartition(partition, configured[partition], topic)
    if (entry.offset > ends[partition]) throw beyondEnd(entry, ends[partition], node)
    return entry
  })
}

async function configuredOffsets(
  admin: TopicOffsets,
  config: TopicSourceConfig,
  ends: number[],
): Promise<number[]> {
  const { topic, start, group } = config
  if (start === 'latest') return ends
  if (start === 'earliest') return admin.listOffsets(topic, 'earliest')
  if (start !== 'committed') return admin.listOffsets(topic, start.timestampMs)
  const offsets = await admin.listOffsets(topic, 'earliest')
  for (const committed of await admin.fetchOffsets(group)) {
    if (committed.topic !== topic || offsets[committed.partition] === undefined) continue
    if (committed.offset > ends[committed.partition])
      throw committedBeyondEnd(group, committed, ends[committed.partition])
    offsets[committed.partition] = Math.max(offsets[committed.partition], committed.offset)
  }
  return offsets
}

function committedBeyondEnd(
  group: string,
  { topic, partition, offset }: { topic: string; partition: number; offset: number },
  end: number,
): AppError {
  return new AppError(
    `Group ${group} has committed offset ${offset} of partition ${partition} of topic ${topic}, but the log ends at ${end}: the topic was made anew. Start at the oldest record, or name another group.`,
    {
      code: 'committed-beyond-log-end',
      origin: 'user',
      details: { topic, partition, offset, end, group },
    },
  )
}

function beyondEnd(entry: PartitionState, end: number, node: string): AppError {
  const { topic, partition, offset } = entry
  return new AppError(
    `The checkpoint has read partition ${partition} of topic ${topic} up to offset ${offset}, but the log ends at ${end}: records were lost or the topic was made anew. Deploy without restoring to begin from what is there.`,
    {
      code: 'checkpoint-beyond-log-end',
      origin: 'external',
      details: { node, topic, partition, offset, end },
    },
  )
}
