/** The topic that groups live in, and which of its partitions a group belongs to. */
import { AppError } from '@millrace/base'
import { crc32cPortable } from '../records/crc32c.ts'
import type { GroupCoordinatorOptions } from './api.ts'
import { GroupShard } from './shard.ts'

export const offsetsTopic = '__consumer_offsets'
/** Kafka has 50; one process gains nothing from more shards. */
export const offsetsPartitions = 8

/** A group's metadata is one record: room for a few thousand members. */
const offsetsTopicConfigs: ReadonlyMap<string, string> = new Map([
  ['segment.bytes', String(100 * 1024 * 1024)],
  ['max.message.bytes', String(16 * 1024 * 1024)],
])

/** Creates the topic on the first start. Throws `AppError` when it cannot be created or opened. */
export function openShards(options: GroupCoordinatorOptions): GroupShard[] {
  const { logs, clock, scheduler, crc32c = crc32cPortable } = options
  if (!logs.topic(offsetsTopic)) {
    const created = logs.createTopic({
      name: offsetsTopic,
      partitions: offsetsPartitions,
      configs: offsetsTopicConfigs,
    })
    if (created.error !== 'NONE') throw unusable(created.message)
  }
  const shards: GroupShard[] = []
  const partitions = logs.topic(offsetsTopic)?.partitions ?? 0
  for (let partition = 0; partition < partitions; partition++) {
    const log = logs.partition(offsetsTopic, partition)
    if (!log) throw unusable(`partition ${partition} is missing`)
    shards.push(new GroupShard({ log, clock, scheduler, crc32c }))
  }
  return shards
}

function unusable(why: string): AppError {
  return new AppError(`The topic ${offsetsTopic} cannot be used: ${why}`, {
    code: 'offsets-topic-unusable',
    origin: 'external',
  })
}

/** As Kafka's `partitionFor`: the low 31 bits of the id's Java hash. */
export function partitionOfGroup(groupId: string, partitions: number): number {
  let hash = 0
  for (let index = 0; index < groupId.length; index++) {
    hash = (Math.imul(hash, 31) + groupId.charCodeAt(index)) | 0
  }
  return (hash & 0x7fffffff) % partitions
}
