/** What a `KafkaClient` needs on Node: TCP, the machine's clock, native checksums and codecs. */
import { tcpTransport } from '@millrace/base/node'
import { systemClock, systemScheduler } from '@millrace/base/platform'
import type { KafkaClientOptions } from '../client/index.ts'
import { loadNodeCodecs } from '../compression/node/codecs.ts'
import { crc32cNative } from '../compression/node/crc32c.ts'

/**
 * ```ts
 * const client = new KafkaClient({ ...(await nodeClientParts()), bootstrap: [{ host, port }] })
 * ```
 */
export async function nodeClientParts(): Promise<Omit<KafkaClientOptions, 'bootstrap'>> {
  return {
    transport: tcpTransport,
    clock: systemClock,
    scheduler: systemScheduler,
    crc32c: crc32cNative,
    codecs: await loadNodeCodecs(),
  }
}
