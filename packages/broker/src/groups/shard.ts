/**
 * One partition of `__consumer_offsets` and the groups that live in it. Decisions are appended and replayed in one
 * synchronous step; every answer waits until the log is safe up to the position it saw.
 */
import { AppError, assert, type Cancel, type Clock, type Scheduler } from '@millrace/base'
import type { PartitionLog } from '../log/api.ts'
import { errorCodes } from '../protocol/error-codes.ts'
import type { JoinGroupResponse, SyncGroupResponse } from '../protocol/generated/index.ts'
import { BatchBuilder } from '../records/batch-builder.ts'
import { batchHeaderSize, readBatchHeader, viewOf } from '../records/batch-header.ts'
import type { Crc32c } from '../records/crc32c.ts'
import { RecordCursor } from '../records/record-cursor.ts'
import { type Change, type DurableChange, type Groups, isDurable, replay } from './changes.ts'
import type { Decision } from './decision.ts'
import { decodeRecord, encodeKey, encodeValue } from './durable-codec.ts'
import { type Group, splitOffsetKey } from './group-state.ts'
import { joinError } from './join.ts'
import { nextDeadline, progress } from './rebalance.ts'
import { syncError } from './sync.ts'
import { type JoinWaiter, joinAnswer, type SyncWaiter, syncAnswer } from './waiters.ts'

/** Bytes read at a time while loading. */
const loadBytes = 1024 * 1024
/** Until a change that the log did not take (a full disk) is tried again. */
const retryMs = 1000

export interface ShardOptions {
  log: PartitionLog
  clock: Clock
  scheduler: Scheduler
  crc32c: Crc32c
}

interface Parked<Waiter, Response> {
  waiter: Waiter
  resolve(response: Response): void
}

export class GroupShard {
  private readonly options: ShardOptions
  private readonly groups: Groups = new Map()
  private readonly joins = new Map<string, Parked<JoinWaiter, JoinGroupResponse>[]>()
  private readonly syncs = new Map<string, Parked<SyncWaiter, SyncGroupResponse>[]>()
  private readonly timers = new Map<string, Cancel>()
  private loaded = false
  private stopped = false

  constructor(options: ShardOptions) {
    this.options = options
    options.log.onAdvance(() => {
      if (options.log.failure) this.answerWaiting(errorCodes.COORDINATOR_NOT_AVAILABLE)
    })
  }

  /** 0, or the error that every request gets now. */
  get error(): number {
    if (this.stopped) return errorCodes.NOT_COORDINATOR
    if (this.options.log.failure) return errorCodes.COORDINATOR_NOT_AVAILABLE
    return this.loaded ? errorCodes.NONE : errorCodes.COORDINATOR_LOAD_IN_PROGRESS
  }

  group(groupId: string): Readonly<Group> | undefined {
    return this.groups.get(groupId)
  }

  all(): Iterable<Readonly<Group>> {
    return this.groups.values()
  }

  /** Replays the partition from its start. Throws when it cannot be read. */
  load(): void {
    const { log, clock } = this.options
    const now = clock.now()
    const cursor = new RecordCursor()
    for (let offset = log.logStart; offset < log.highWatermark; ) {
      const result = log.read(offset, { maxBytes: loadBytes, atLeastOneBatch: true })
      if (result.error !== 'NONE' || result.bytes.length === 0) {
        throw new AppError(`${log.topic}-${log.partition} cannot be read at offset ${offset}.`, {
          code: 'offsets-topic-unusable',
          origin: 'external',
        })
      }
      const view = viewOf(result.bytes)
      for (let position = 0; position < result.bytes.length; ) {
        const header = readBatchHeader(view, position)
        const end = position + header.size
        cursor.begin(result.bytes, position, {
          bytes: result.bytes,
          start: position + batchHeaderSize,
          end,
        })
        while (cursor.next()) this.replayRecord(cursor, now)
        offset = header.baseOffset + header.lastOffsetDelta + 1
        position = end
      }
    }
    this.loaded = true
    for (const groupId of [...this.groups.keys()]) this.settle(groupId)
  }

  private replayRecord(cursor: RecordCursor, now: number): void {
    if (cursor.keyStart < 0) return
    const key = cursor.bytes.subarray(cursor.keyStart, cursor.keyEnd)
    const value =
      cursor.valueStart < 0 ? null : cursor.bytes.subarray(cursor.valueStart, cursor.valueEnd)
    const change = decodeRecord(key, value)
    if (change) replay(this.groups, change, now)
  }

  /** Carries a decision out; `failed` makes the answer when the log does not take or keep it. */
  async run<Response>(
    groupId: string,
    decide: (group: Group | undefined) => Decision<Response>,
    failed: (errorCode: number) => Response,
  ): Promise<Response> {
    const error = this.error
    if (error !== 0) return failed(error)
    const { changes, response } = decide(this.groups.get(groupId))
    assert(response !== undefined, 'a decision that waits goes through join or sync')
    if (!this.apply(changes)) return failed(errorCodes.COORDINATOR_NOT_AVAILABLE)
    this.settle(groupId)
    return this.whenSafe(response, failed)
  }

  async join(
    groupId: string,
    decide: (group: Group | undefined) => Decision<JoinGroupResponse>,
    waiter: JoinWaiter,
  ): Promise<JoinGroupResponse> {
    const failed = (errorCode: number) => joinError(errorCode, waiter.memberId)
    const decided = this.decideOrWait(groupId, decide, failed)
    if (decided.response) return this.whenSafe(decided.response, failed)
    const memberId = joinedId(decided.changes) ?? waiter.memberId
    const answer = this.wait(this.joins, groupId, { ...waiter, memberId })
    this.settle(groupId)
    return answer.then((response) => this.whenSafe(response, failed))
  }

  async sync(
    groupId: string,
    decide: (group: Group | undefined) => Decision<SyncGroupResponse>,
    waiter: SyncWaiter,
  ): Promise<SyncGroupResponse> {
    const decided = this.decideOrWait(groupId, decide, syncError)
    if (decided.response) return this.whenSafe(decided.response, syncError)
    const answer = this.wait(this.syncs, groupId, waiter)
    this.settle(groupId)
    return answer.then((response) => this.whenSafe(response, syncError))
  }

  private decideOrWait<Response>(
    groupId: string,
    decide: (group: Group | undefined) => Decision<Response>,
    failed: (errorCode: number) => Response,
  ): Decision<Response> {
    const error = this.error
    if (error !== 0) return { changes: [], response: failed(error) }
    const decision = decide(this.groups.get(groupId))
    if (!this.apply(decision.changes)) {
      return { changes: [], response: failed(errorCodes.COORDINATOR_NOT_AVAILABLE) }
    }
    if (decision.response) this.settle(groupId)
    return decision
  }

  private wait<Waiter extends JoinWaiter, Response>(
    parked: Map<string, Parked<Waiter, Response>[]>,
    groupId: string,
    waiter: Waiter,
  ): Promise<Response> {
    return new Promise((resolve) => {
      const waiting = parked.get(groupId)
      if (waiting) waiting.push({ waiter, resolve })
      else parked.set(groupId, [{ waiter, resolve }])
    })
  }

  /** Writes what is durable, then changes the state: both or neither. */
  private apply(changes: readonly Change[]): boolean {
    const durable = changes.filter(isDurable)
    if (durable.length > 0 && !this.append(durable)) return false
    const now = this.options.clock.now()
    for (const change of changes) replay(this.groups, change, now)
    return true
  }

  private append(changes: readonly DurableChange[]): boolean {
    const { log, clock, crc32c } = this.options
    const builder = new BatchBuilder({ crc32c })
    for (const change of changes) {
      builder.append(clock.now(), encodeKey(change), encodeValue(change))
    }
    return log.append(builder.build(), { origin: 'internal' }).error === 'NONE'
  }

  /** What time and the last change bring about, until nothing more does; then those who waited for it are answered. */
  private settle(groupId: string): void {
    let retry = false
    while (!retry) {
      const group = this.groups.get(groupId)
      if (!group) break
      const changes = progress(group, this.options.clock.now())
      if (changes.length === 0) break
      retry = !this.apply(changes)
    }
    const group = this.groups.get(groupId)
    answerAll(this.joins, groupId, (waiter) => joinAnswer(group, waiter))
    answerAll(this.syncs, groupId, (waiter) => syncAnswer(group, waiter))
    this.arm(groupId, group, retry)
  }

  private arm(groupId: string, group: Group | undefined, retry: boolean): void {
    this.timers.get(groupId)?.()
    this.timers.delete(groupId)
    const due = group && nextDeadline(group)
    if (due === undefined || this.stopped || this.options.log.failure) return
    const delayMs = Math.max(retry ? retryMs : 1, due - this.options.clock.now())
    this.timers.set(
      groupId,
      this.options.scheduler.after(delayMs, () => this.settle(groupId)),
    )
  }

  /** Reads park as well: what they saw may not be safe yet. */
  async whenSafe<Response>(
    response: Response,
    failed: (errorCode: number) => Response,
  ): Promise<Response> {
    const { log } = this.options
    const position = log.logEnd
    if (log.isSafe(position)) return response
    try {
      await log.whenSafe(position)
      return response
    } catch {
      return failed(errorCodes.COORDINATOR_NOT_AVAILABLE)
    }
  }

  /** Drops the offsets of topics that are gone, so that a new topic of that name starts without them. */
  forgetOffsets(exists: (key: string) => boolean): void {
    if (this.error !== 0) return
    for (const [groupId, group] of this.groups) {
      const changes: DurableChange[] = []
      for (const key of group.offsets.keys()) {
        if (exists(key)) continue
        changes.push({ is: 'offset', groupId, ...splitOffsetKey(key), value: null })
      }
      if (changes.length > 0) this.apply(changes)
    }
  }

  /** Timers end; those who wait are sent to look for the coordinator again. */
  stop(): void {
    this.stopped = true
    this.answerWaiting(errorCodes.NOT_COORDINATOR)
  }

  private answerWaiting(errorCode: number): void {
    for (const cancel of this.timers.values()) cancel()
    this.timers.clear()
    for (const groupId of [...this.joins.keys()]) {
      answerAll(this.joins, groupId, (waiter) => joinError(errorCode, waiter.memberId))
    }
    for (const groupId of [...this.syncs.keys()]) {
      answerAll(this.syncs, groupId, () => syncError(errorCode))
    }
  }
}

/** The id under which a join that waits is known: its own, or the one just made. */
function joinedId(changes: readonly Change[]): string | undefined {
  for (const change of changes) {
    if (change.is === 'member-joined') return change.member.memberId
    if (change.is === 'member-replaced') return change.memberId
  }
  return undefined
}

function answerAll<Waiter, Response>(
  parked: Map<string, Parked<Waiter, Response>[]>,
  groupId: string,
  answer: (waiter: Waiter) => Response | undefined,
): void {
  const waiting = parked.get(groupId)
  if (!waiting) return
  const left: Parked<Waiter, Response>[] = []
  const answered: { resolve(response: Response): void; response: Response }[] = []
  for (const entry of waiting) {
    const response = answer(entry.waiter)
    if (response === undefined) left.push(entry)
    else answered.push({ resolve: entry.resolve, response })
  }
  if (left.length > 0) parked.set(groupId, left)
  else parked.delete(groupId)
  for (const { resolve, response } of answered) resolve(response)
}
