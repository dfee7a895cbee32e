/** The input of a simulated job: partitions of records that grow, and may lose their unsynced end in a power cut. */
import { type Random, randomInteger } from '@millrace/base'
import { type Batch, BatchBuilder, field, type RowType, types } from '@millrace/schemas'

export const recordRow: RowType = {
  fields: [field('key', types.string), field('value', types.bigint)],
}

export interface SimRecord {
  key: string
  value: number
  time: number
}

export interface LogShape {
  partitions: number
  /** Records that each partition has when the story is over. */
  recordsEach: number
  keys: number
  /** A record lies up to so much before the newest one of its partition. */
  disorderMs: number
  /** Event time from one record to the next, on average. */
  paceMs: number
}

export class TopicLog {
  readonly partitions: SimRecord[][]
  private readonly random: Random
  private readonly shape: LogShape
  private readonly newest: number[]
  private value = 1

  constructor(random: Random, shape: LogShape) {
    this.random = random
    this.shape = shape
    this.partitions = Array.from({ length: shape.partitions }, () => [])
    this.newest = this.partitions.map(() => 0)
  }

  /** Producers are done. */
  get complete(): boolean {
    return this.partitions.every((records) => records.length >= this.shape.recordsEach)
  }

  /** Appends a few records somewhere. */
  grow(): void {
    const { random, shape } = this
    const open = this.partitions.flatMap((records, index) =>
      records.length < shape.recordsEach ? [index] : [],
    )
    if (open.length === 0) return
    const partition = open[randomInteger(random, 0, open.length - 1)]
    const records = this.partitions[partition]
    const count = Math.min(randomInteger(random, 1, 6), shape.recordsEach - records.length)
    for (let i = 0; i < count; i++) {
      this.newest[partition] += randomInteger(random, 0, shape.paceMs * 2)
      const behind = random.next() < 0.3 ? randomInteger(random, 0, shape.disorderMs) : 0
      records.push({
        key: `k${randomInteger(random, 1, shape.keys)}`,
        value: this.value++,
        time: Math.max(0, this.newest[partition] - behind),
      })
    }
  }

  end(partition: number): number {
    return this.partitions[partition].length
  }

  /** A power cut takes the end of a partition; producers will write other records there. */
  lose(): void {
    const partition = randomInteger(this.random, 0, this.partitions.length - 1)
    const records = this.partitions[partition]
    records.length = Math.max(0, records.length - randomInteger(this.random, 1, 12))
    this.newest[partition] = records.reduce((newest, { time }) => Math.max(newest, time), 0)
  }

  /** Records [from, to) of a partition as rows. */
  batch(partition: number, from: number, to: number): Batch {
    const options = { capacity: to - from, withEventTime: true }
    const builder = new BatchBuilder(recordRow, options)
    for (let offset = from; offset < to; offset++) {
      const { key, value, time } = this.partitions[partition][offset]
      const row = builder.addRow(time)
      builder.setCell(0, row, key)
      builder.setCell(1, row, BigInt(value))
      builder.setOrigin(row, partition, offset)
    }
    return builder.take()
  }
}
