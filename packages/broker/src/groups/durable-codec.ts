/** Group records in `__consumer_offsets`: keys offset commit v1 and group metadata v2, values v3 of both, as Kafka writes them. */
import { concatBytes, copyBytes } from '@millrace/base'
import { Reader } from '../protocol/reader.ts'
import { Writer } from '../protocol/writer.ts'
import type { DurableChange, GroupMetadata, StoredMember } from './changes.ts'
import type { CommittedOffset } from './group-state.ts'

const offsetKeyVersion = 1
const groupKeyVersion = 2
const valueVersion = 3

export function encodeKey(change: DurableChange): Uint8Array {
  const writer = new Writer()
  if (change.is === 'offset') {
    writer.int16(offsetKeyVersion)
    writer.string(change.groupId, false)
    writer.string(change.topic, false)
    writer.int32(change.partition)
  } else {
    writer.int16(groupKeyVersion)
    writer.string(change.groupId, false)
  }
  return joined(writer)
}

/** Null is a tombstone. */
export function encodeValue(change: DurableChange): Uint8Array | null {
  if (change.value === null) return null
  const writer = new Writer()
  writer.int16(valueVersion)
  if (change.is === 'offset') writeOffset(writer, change.value)
  else writeGroup(writer, change.value)
  return joined(writer)
}

function writeOffset(writer: Writer, value: CommittedOffset): void {
  writer.int64(value.offset)
  writer.int32(value.leaderEpoch)
  writer.string(value.metadata, false)
  writer.int64(value.commitTimestamp)
}

function writeGroup(writer: Writer, value: GroupMetadata): void {
  writer.string(value.protocolType, false)
  writer.int32(value.generationId)
  writer.nullableString(value.protocolName, false)
  writer.nullableString(value.leader, false)
  writer.int64(value.timestamp)
  writer.array(value.members, false, valueVersion, writeMember)
}

function writeMember(writer: Writer, member: StoredMember): void {
  writer.string(member.memberId, false)
  writer.nullableString(member.groupInstanceId, false)
  writer.string(member.clientId, false)
  writer.string(member.clientHost, false)
  writer.int32(member.rebalanceTimeoutMs)
  writer.int32(member.sessionTimeoutMs)
  writer.bytes(member.subscription, false)
  writer.bytes(member.assignment, false)
}

/** Undefined for records of a kind that we do not know: they are passed over. Throws `ProtocolError` on damage. */
export function decodeRecord(key: Uint8Array, value: Uint8Array | null): DurableChange | undefined {
  const reader = new Reader(key)
  const version = reader.int16()
  if (version === 0 || version === offsetKeyVersion) {
    const groupId = reader.string(false)
    const topic = reader.string(false)
    const partition = reader.int32()
    return { is: 'offset', groupId, topic, partition, value: value && readOffset(value) }
  }
  if (version === groupKeyVersion) {
    const groupId = reader.string(false)
    return { is: 'group-metadata', groupId, value: value && readGroup(value) }
  }
  return undefined
}

function readOffset(bytes: Uint8Array): CommittedOffset {
  const reader = new Reader(bytes)
  const version = reader.int16()
  const offset = reader.int64()
  const leaderEpoch = version >= 3 ? reader.int32() : -1
  const metadata = reader.string(false)
  return { offset, leaderEpoch, metadata, commitTimestamp: reader.int64() }
}

function readGroup(bytes: Uint8Array): GroupMetadata {
  const reader = new Reader(bytes)
  const version = reader.int16()
  const protocolType = reader.string(false)
  const generationId = reader.int32()
  const protocolName = reader.nullableString(false)
  const leader = reader.nullableString(false)
  const timestamp = version >= 2 ? reader.int64() : -1
  const members = reader.array(false, version, readMember)
  return { protocolType, generationId, protocolName, leader, timestamp, members }
}

function readMember(reader: Reader, version: number): StoredMember {
  const memberId = reader.string(false)
  const groupInstanceId = version >= 3 ? reader.nullableString(false) : null
  const clientId = reader.string(false)
  const clientHost = reader.string(false)
  const rebalanceTimeoutMs = version >= 1 ? reader.int32() : -1
  const sessionTimeoutMs = reader.int32()
  return {
    memberId,
    groupInstanceId,
    clientId,
    clientHost,
    rebalanceTimeoutMs: rebalanceTimeoutMs < 0 ? sessionTimeoutMs : rebalanceTimeoutMs,
    sessionTimeoutMs,
    // The log's bytes belong to a buffer that is read into again.
    subscription: copyBytes(reader.bytes(false)),
    assignment: copyBytes(reader.bytes(false)),
  }
}

function joined(writer: Writer): Uint8Array {
  return concatBytes(writer.finish())
}
