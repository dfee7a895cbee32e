/** The broker side of in-process reading: leases that pin segments, and the published bounds. */
import { type Cancel, messageOf } from '@millrace/base'
import type { DoorReply, Located, ReaderRequest } from './door-messages.ts'
import type { StoredPartitionLog } from './partition-log.ts'
import { segmentFor } from './segment.ts'
import { SlotAllocator, SlotTable } from './slot-table.ts'

export interface DoorSession {
  /** Takes what the reader's thread sent. */
  receive(message: unknown): void
  /** The thread is gone: its leases end. */
  closed(): void
}

export interface LogDoor {
  /** Serves one reader thread: `post` sends to it. */
  connect(post: (message: unknown) => void): DoorSession
}

/** What the log manager may ask besides. */
export interface ServedDoor extends LogDoor {
  /** Calls `released` when no lease on the topic is left; false (after the call) when there is none now. */
  whenReleased(topic: string, released: () => void): boolean
  /** Ends the leases of a topic, whatever their readers do. */
  dropLeases(topic: string): void
}

interface DoorOptions {
  partition(topic: string, partition: number): StoredPartitionLog | undefined
}

/** One partition with at least one lease. */
interface Published {
  log: StoredPartitionLog
  slot: number
  leases: Set<Lease>
  cancel: Cancel
}

interface Lease {
  id: number
  post(reply: DoorReply): void
  doorbell: Int32Array | undefined
  doorbellIndex: number
  published: Published
  /** Segments that the reader was told of. */
  segmentsTold: number
  session: Map<number, Lease>
}

/** One for each log manager. */
export function createLogDoor(options: DoorOptions): ServedDoor {
  return new Door(options)
}

class Door implements ServedDoor {
  private readonly options: DoorOptions
  private readonly table = new SlotTable()
  private readonly slots = new SlotAllocator()
  private readonly published = new Map<StoredPartitionLog, Published>()
  private waiting: { topic: string; released: () => void }[] = []

  constructor(options: DoorOptions) {
    this.options = options
  }

  connect(post: (message: unknown) => void): DoorSession {
    const session = new Map<number, Lease>()
    return {
      receive: (message) => this.serve(session, post, message as ReaderRequest),
      closed: () => {
        for (const lease of [...session.values()]) this.end(lease)
      },
    }
  }

  private serve(
    session: Map<number, Lease>,
    post: (message: unknown) => void,
    request: ReaderRequest,
  ): void {
    switch (request.is) {
      case 'open':
        this.openLease(session, post, request)
        return
      case 'locate': {
        const lease = session.get(request.lease)
        if (!lease) return
        const start = locate(lease.published.log, request.offset)
        lease.post({ is: 'located', lease: lease.id, request: request.request, start })
        ring(lease)
        return
      }
      case 'close': {
        const lease = session.get(request.lease)
        if (lease) this.end(lease)
      }
    }
  }

  private openLease(
    session: Map<number, Lease>,
    post: (message: unknown) => void,
    request: ReaderRequest & { is: 'open' },
  ): void {
    const place = `${request.topic}-${request.partition}`
    const refuse = (message: string) => {
      post({ is: 'gone', lease: request.lease, message } satisfies DoorReply)
      if (request.doorbell) knock(request.doorbell, request.doorbellIndex)
    }
    let log: StoredPartitionLog | undefined
    try {
      log = this.options.partition(request.topic, request.partition)
    } catch (error) {
      refuse(`${place} cannot be opened: ${messageOf(error)}`)
      return
    }
    if (!log) {
      refuse(`There is no partition ${place}.`)
      return
    }
    const published = this.published.get(log) ?? this.publish(log)
    const lease: Lease = {
      id: request.lease,
      post,
      doorbell: request.doorbell,
      doorbellIndex: request.doorbellIndex,
      published,
      segmentsTold: log.store.segments.length,
      session,
    }
    published.leases.add(lease)
    session.set(lease.id, lease)
    lease.post({
      is: 'opened',
      lease: lease.id,
      slot: published.slot,
      words: this.table.words,
      segments: places(log, 0),
      start: locate(log, request.offset),
    })
    ring(lease)
  }

  private publish(log: StoredPartitionLog): Published {
    const published: Published = {
      log,
      slot: this.slots.take(),
      leases: new Set(),
      cancel: log.onAdvance(() => this.advanced(published)),
    }
    this.published.set(log, published)
    this.table.publish(published.slot, log)
    return published
  }

  /** New segments are told before the end that makes them readable is published. */
  private advanced(published: Published): void {
    const { log } = published
    const count = log.store.segments.length
    for (const lease of published.leases) {
      if (lease.segmentsTold >= count) continue
      lease.post({ is: 'segments', lease: lease.id, segments: places(log, lease.segmentsTold) })
      lease.segmentsTold = count
    }
    this.table.publish(published.slot, log)
    for (const lease of [...published.leases]) {
      if (log.failure) lease.post({ is: 'gone', lease: lease.id, message: log.failure.message })
      ring(lease)
    }
  }

  private end(lease: Lease): void {
    const { published } = lease
    lease.session.delete(lease.id)
    published.leases.delete(lease)
    if (published.leases.size > 0) return
    published.cancel()
    this.published.delete(published.log)
    this.slots.giveBack(published.slot)
    const topic = published.log.topic
    const done = this.waiting.filter((entry) => entry.topic === topic && !this.isLeased(topic))
    this.waiting = this.waiting.filter((entry) => !done.includes(entry))
    for (const entry of done) entry.released()
  }

  private isLeased(topic: string): boolean {
    for (const log of this.published.keys()) if (log.topic === topic && log.failure) return true
    return false
  }

  whenReleased(topic: string, released: () => void): boolean {
    if (!this.isLeased(topic)) {
      released()
      return true
    }
    this.waiting.push({ topic, released })
    return false
  }

  dropLeases(topic: string): void {
    for (const published of [...this.published.values()]) {
      if (published.log.topic !== topic || !published.log.failure) continue
      for (const lease of [...published.leases]) this.end(lease)
    }
  }
}

function places(log: StoredPartitionLog, from: number) {
  return log.store.segments.slice(from).map(({ baseOffset, path }) => ({ baseOffset, path }))
}

function locate(log: StoredPartitionLog, offset: number): Located {
  const segment = segmentFor(log.store.segments, offset) ?? log.store.segments[0]
  if (!segment) return { segmentBase: 0, position: 0 }
  return {
    segmentBase: segment.baseOffset,
    position: log.store.indexOf(segment).positionBefore(offset),
  }
}

function ring(lease: Lease): void {
  if (lease.doorbell) knock(lease.doorbell, lease.doorbellIndex)
}

function knock(word: Int32Array, index: number): void {
  Atomics.add(word, index, 1)
  Atomics.notify(word, index)
}
