/**
 * ListOffsets v1-7. Latest (-1; with READ_COMMITTED the last stable offset), earliest (-2), the record with the highest
 * timestamp (-3, v7+, KIP-734), else the first record at or after the timestamp: -1 / -1 when there is none. The leader
 * epoch is 0 wherever an offset is given. Earliest-local and tiered lookups (v8+) are left out.
 */

import type { PartitionLog } from '../log/api.ts'
import {
  errorCodes,
  type ListOffsetsRequest,
  type ListOffsetsRequestPartition,
  type ListOffsetsResponse,
  type ListOffsetsResponsePartition,
  newListOffsetsResponse,
  newListOffsetsResponsePartition,
} from '../protocol/index.ts'
import { leaderEpoch, type RequestContext } from './context.ts'

const latest = -1
const earliest = -2
const highestTimestamp = -3

export function handleListOffsets(
  request: ListOffsetsRequest,
  version: number,
  context: RequestContext,
): ListOffsetsResponse {
  const committed = request.isolationLevel === 1
  return newListOffsetsResponse({
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((partition) =>
        answer(context.logs.partition(name, partition.partitionIndex), partition, {
          version,
          committed,
        }),
      ),
    })),
  })
}

function answer(
  log: PartitionLog | undefined,
  wanted: ListOffsetsRequestPartition,
  { version, committed }: { version: number; committed: boolean },
): ListOffsetsResponsePartition {
  const { partitionIndex, timestamp, currentLeaderEpoch } = wanted
  const refuse = (errorCode: number) =>
    newListOffsetsResponsePartition({ partitionIndex, errorCode })
  if (!log) return refuse(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
  if (currentLeaderEpoch > leaderEpoch) return refuse(errorCodes.UNKNOWN_LEADER_EPOCH)
  const at = (offset: number, time = -1) =>
    newListOffsetsResponsePartition({ partitionIndex, offset, timestamp: time, leaderEpoch })
  if (timestamp === latest) return at(committed ? log.lastStableOffset : log.highWatermark)
  if (timestamp === earliest) return at(log.logStart)
  if (timestamp < 0 && !(timestamp === highestTimestamp && version >= 7)) {
    return refuse(errorCodes.UNSUPPORTED_VERSION)
  }
  const found =
    timestamp === highestTimestamp ? log.maxTimestamp() : log.offsetForTimestamp(timestamp)
  return found ? at(found.offset, found.timestamp) : refuse(errorCodes.NONE)
}
