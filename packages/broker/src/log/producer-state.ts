/** What one partition remembers of idempotent producers, and what it says to their next batch (KIP-98). */
import { type BatchHeader, viewOf } from '../records/batch-header.ts'

/** Batches remembered for each producer: as many as a client may have in flight. */
export const batchesPerProducer = 5
/** Producers remembered in one partition; the one silent longest goes first. */
export const producersPerPartitionMax = 10_000
export const producerSnapshotMagic = 0x4d505253

const sequenceModulus = 2 ** 31

interface RememberedBatch {
  firstSequence: number
  lastSequence: number
  firstOffset: number
  lastOffset: number
}

interface Producer {
  epoch: number
  batches: RememberedBatch[]
}

export type ProducerVerdict =
  | { is: 'append' }
  /** A repeat: it is answered with the first append's offsets. */
  | { is: 'duplicate'; baseOffset: number; nextOffset: number }
  | {
      is: 'refuse'
      error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' | 'INVALID_PRODUCER_EPOCH'
      message: string
    }

/** Sequences wrap at 2^31 - 1. */
export function addSequence(sequence: number, count: number): number {
  return (sequence + count) % sequenceModulus
}

export class ProducerStates {
  private producers = new Map<number, Producer>()

  get size(): number {
    return this.producers.size
  }

  /** Decides about a batch that is not appended yet. */
  check(header: BatchHeader): ProducerVerdict {
    const producer = this.producers.get(header.producerId)
    if (!producer) return { is: 'append' }
    if (header.producerEpoch < producer.epoch) {
      return {
        is: 'refuse',
        error: 'INVALID_PRODUCER_EPOCH',
        message: `Producer ${header.producerId} has epoch ${producer.epoch}, the batch has ${header.producerEpoch}.`,
      }
    }
    if (header.producerEpoch > producer.epoch) {
      return header.baseSequence === 0 ? { is: 'append' } : outOfOrder(header, 0)
    }
    const lastSequence = addSequence(header.baseSequence, header.lastOffsetDelta)
    for (const batch of producer.batches) {
      if (batch.firstSequence === header.baseSequence && batch.lastSequence === lastSequence) {
        return { is: 'duplicate', baseOffset: batch.firstOffset, nextOffset: batch.lastOffset + 1 }
      }
    }
    const last = producer.batches[producer.batches.length - 1]
    const expected = addSequence(last.lastSequence, 1)
    return header.baseSequence === expected ? { is: 'append' } : outOfOrder(header, expected)
  }

  /** Remembers a batch of the log: after an append and while the log is recovered. */
  replay(header: BatchHeader): void {
    if (header.producerId < 0 || header.baseSequence < 0) return
    let producer = this.producers.get(header.producerId)
    if (!producer || producer.epoch !== header.producerEpoch) {
      producer = { epoch: header.producerEpoch, batches: [] }
    }
    producer.batches.push({
      firstSequence: header.baseSequence,
      lastSequence: addSequence(header.baseSequence, header.lastOffsetDelta),
      firstOffset: header.baseOffset,
      lastOffset: header.baseOffset + header.lastOffsetDelta,
    })
    if (producer.batches.length > batchesPerProducer) producer.batches.shift()
    // Delete and set: the map's order is the order of last use.
    this.producers.delete(header.producerId)
    this.producers.set(header.producerId, producer)
    if (this.producers.size > producersPerPartitionMax) {
      for (const oldest of this.producers.keys()) {
        this.producers.delete(oldest)
        break
      }
    }
  }

  encode(): Uint8Array {
    let batchCount = 0
    for (const producer of this.producers.values()) batchCount += producer.batches.length
    const bytes = new Uint8Array(4 + this.producers.size * 14 + batchCount * 24)
    const view = viewOf(bytes)
    view.setUint32(0, this.producers.size)
    let at = 4
    for (const [id, producer] of this.producers) {
      view.setFloat64(at, id)
      view.setInt16(at + 8, producer.epoch)
      view.setUint32(at + 10, producer.batches.length)
      at += 14
      for (const batch of producer.batches) {
        view.setInt32(at, batch.firstSequence)
        view.setInt32(at + 4, batch.lastSequence)
        view.setFloat64(at + 8, batch.firstOffset)
        view.setFloat64(at + 16, batch.lastOffset)
        at += 24
      }
    }
    return bytes
  }

  /** Undefined when the payload has another shape. */
  static decode(payload: Uint8Array): ProducerStates | undefined {
    const states = new ProducerStates()
    const view = viewOf(payload)
    try {
      const count = view.getUint32(0)
      let at = 4
      for (let index = 0; index < count; index++) {
        const id = view.getFloat64(at)
        const producer: Producer = { epoch: view.getInt16(at + 8), batches: [] }
        const batchCount = view.getUint32(at + 10)
        at += 14
        for (let batch = 0; batch < batchCount; batch++, at += 24) {
          producer.batches.push({
            firstSequence: view.getInt32(at),
            lastSequence: view.getInt32(at + 4),
            firstOffset: view.getFloat64(at + 8),
            lastOffset: view.getFloat64(at + 16),
          })
        }
        if (producer.batches.length === 0) return undefined
        states.producers.set(id, producer)
      }
      return at === payload.length ? states : undefined
    } catch (cause) {
      if (cause instanceof RangeError) return undefined
      throw cause
    }
  }
}

function outOfOrder(header: BatchHeader, expected: number): ProducerVerdict {
  return {
    is: 'refuse',
    error: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
    message: `Producer ${header.producerId} sent sequence ${header.baseSequence}, expected ${expected}.`,
  }
}
