/** The client's front door: one cluster, its admin, producers and readers. */
import type { Clock } from '@millrace/base'
import type { Codecs } from '../compression/codec.ts'
import type { Crc32c } from '../records/index.ts'
import { Admin } from './admin.ts'
import { Cluster, type ClusterOptions } from './cluster.ts'
import { PartitionReader, type ReaderOptions } from './partition-reader.ts'
import { Producer, type ProducerOptions } from './producer.ts'

export interface KafkaClientOptions extends ClusterOptions {
  clock: Clock
  crc32c: Crc32c
  codecs: Codecs
}

/**
 * ```ts
 * import { systemClock, systemScheduler } from '@millrace/base/platform'
 * import { tcpTransport } from '@millrace/base/node'
 *
 * const client = new KafkaClient({
 *   transport: tcpTransport, clock: systemClock, scheduler: systemScheduler,
 *   bootstrap: [{ host: '127.0.0.1', port: 9092 }],
 *   crc32c, codecs,                                   // see `nodeClientParts` of '@millrace/broker/host-node'
 * })
 * await client.admin.createTopic('orders', { partitions: 6 })
 * const producer = await client.producer()
 * await producer.send('orders', [{ value: encodeUtf8('{"amount": 3}') }])
 * await producer.close()
 * client.close()
 * ```
 * Connections are opened when they are first needed.
 */
export class KafkaClient {
  readonly admin: Admin
  readonly cluster: Cluster
  private readonly options: KafkaClientOptions

  constructor(options: KafkaClientOptions) {
    this.options = options
    this.cluster = new Cluster(options)
    this.admin = new Admin(this.cluster)
  }

  /** See `Producer`. */
  producer(options: Partial<ProducerOptions> = {}): Promise<Producer> {
    const { crc32c, codecs, clock } = this.options
    return Producer.open(this.cluster, { crc32c, codecs, ...options, now: () => clock.now() })
  }

  /** See `PartitionReader`. */
  reader(options: Omit<ReaderOptions, 'codecs'>): PartitionReader {
    return new PartitionReader(this.cluster, { ...options, codecs: this.options.codecs })
  }

  /** Ends the shared connections; readers close their own. */
  close(): void {
    this.cluster.close()
  }
}
