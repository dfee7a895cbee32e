/** What a reader's thread and the broker's thread say to each other; data never travels here, only where it lies. */
import type { SegmentPlace } from './reader-api.ts'

export type ReaderRequest =
  | {
      is: 'open'
      /** Chosen by the reader's thread, unique there. */
      lease: number
      topic: string
      partition: number
      offset: number
      doorbell: Int32Array | undefined
      doorbellIndex: number
    }
  | { is: 'locate'; lease: number; request: number; offset: number }
  | { is: 'close'; lease: number }

export type DoorReply =
  | {
      is: 'opened'
      lease: number
      slot: number
      words: BigInt64Array
      segments: SegmentPlace[]
      start: Located
    }
  | { is: 'located'; lease: number; request: number; start: Located }
  | { is: 'segments'; lease: number; segments: SegmentPlace[] }
  /** No such partition, deleted, or stopped. */
  | { is: 'gone'; lease: number; message: string }

/** Where the batch that holds an offset is at the latest. */
export interface Located {
  segmentBase: number
  position: number
}
