/** The server's door to the embedded broker: one client over TCP, with readers kept open for a while. */
import {
  type Admin,
  KafkaClient,
  type KafkaRecord,
  type PartitionReader,
  type Producer,
  type ProducerOptions,
  type ProducerRecord,
  type RecordPosition,
} from '@millrace/broker/client'
import { nodeClientParts } from '@millrace/broker/host-node'

/** Readers kept open at a time; the one unused longest is closed first. */
const readersMax = 32
/** A read below the end is answered at once; this bounds one that meets the end after all. */
const readWaitMs = 50

export interface ReadChunk {
  records: KafkaRecord[]
  /** Where the next chunk begins. */
  nextOffset: number
}

interface OpenReader {
  reader: PartitionReader
  /** Reads of one reader follow each other. */
  last: Promise<unknown>
}

export class KafkaAccess {
  readonly admin: Admin
  private readonly client: KafkaClient
  private readonly readers = new Map<string, OpenReader>()

  private constructor(client: KafkaClient) {
    this.client = client
    this.admin = client.admin
  }

  static async connect(address: { host: string; port: number }): Promise<KafkaAccess> {
    const client = new KafkaClient({
      ...(await nodeClientParts()),
      bootstrap: [address],
      clientId: 'millrace-studio',
    })
    return new KafkaAccess(client)
  }

  producer(options: Partial<ProducerOptions> = {}): Promise<Producer> {
    return this.client.producer(options)
  }

  /** Writes with a producer of its own, so that a failure leaves nothing behind. Acknowledged by all. */
  async send(topic: string, records: readonly ProducerRecord[]): Promise<RecordPosition[]> {
    const producer = await this.producer({ lingerMs: 1 })
    const positions = await producer.send(topic, records)
    await producer.close()
    return positions
  }

  /** One fetch from `offset`, up to the high watermark; empty at the end. */
  async read(
    topic: string,
    partition: number,
    { offset, maxBytes }: { offset: number; maxBytes: number },
  ): Promise<ReadChunk> {
    const open = this.readerOf(topic, partition, maxBytes)
    const mine = open.last.then(async () => {
      open.reader.seek(offset)
      const chunk = await open.reader.read()
      return { records: open.reader.decode(chunk), nextOffset: chunk.nextOffset }
    })
    open.last = mine.catch(() => undefined)
    return mine
  }

  private readerOf(topic: string, partition: number, maxBytes: number): OpenReader {
    const key = `${topic}/${partition}/${maxBytes}`
    const known = this.readers.get(key)
    this.readers.delete(key)
    const open = known ?? {
      reader: this.client.reader({ topic, partition, offset: 0, maxBytes, waitMsMax: readWaitMs }),
      last: Promise.resolve(),
    }
    this.readers.set(key, open)
    if (this.readers.size > readersMax) {
      const [oldest] = this.readers.keys()
      this.forgetReader(oldest)
    }
    return open
  }

  /** Readers of a deleted topic hold connections for nothing. */
  forgetTopic(topic: string): void {
    for (const key of [...this.readers.keys()]) {
      if (key.startsWith(`${topic}/`)) this.forgetReader(key)
    }
  }

  private forgetReader(key: string): void {
    const open = this.readers.get(key)
    this.readers.delete(key)
    open?.last.finally(() => open.reader.close())
  }

  close(): void {
    for (const key of [...this.readers.keys()]) this.forgetReader(key)
    this.client.close()
  }
}
