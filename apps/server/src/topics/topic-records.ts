/** Records that people write, and single ones that they look at. */
import { encodeUtf8 } from '@millrace/base'
import type { ProducerRecord } from '@millrace/broker/client'
import type { RawMessage } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import type { NewMessage } from '../services.ts'
import { base64 } from './sample-topics.ts'
import { noRecord } from './topic-errors.ts'

/** Records that go to the broker in one call. */
const sendRecordsMax = 5000

export async function rawMessage(
  kafka: KafkaAccess,
  { name, partition, offset }: { name: string; partition: number; offset: number },
): Promise<RawMessage> {
  const ends = await kafka.admin.listOffsets(name, 'latest')
  if (partition >= ends.length || offset >= ends[partition]) throw noRecord(name, partition, offset)
  const chunk = await kafka.read(name, partition, { offset, maxBytes: 64 * 1024 })
  const record = chunk.records.find((each) => each.offset === offset)
  if (!record) throw noRecord(name, partition, offset)
  return {
    partition,
    offset,
    timestamp: record.timestamp,
    key: base64(record.key),
    value: base64(record.value),
    headers: record.headers.map((header) => ({
      name: Buffer.from(header.key).toString('utf8'),
      value: base64(header.value),
    })),
  }
}

export function recordOf(message: NewMessage): ProducerRecord {
  const bytes = (text: string | null) =>
    text === null
      ? null
      : message.encoding === 'base64'
        ? new Uint8Array(Buffer.from(text, 'base64'))
        : encodeUtf8(text)
  return {
    ...(message.partition === null ? {} : { partition: message.partition }),
    ...(message.timestamp === null ? {} : { timestamp: message.timestamp }),
    key: bytes(message.key),
    value: bytes(message.value),
    headers: message.headers.map(({ name, value }) => ({
      key: encodeUtf8(name),
      value: encodeUtf8(value),
    })),
  }
}

export async function sendAll(
  kafka: KafkaAccess,
  topic: string,
  records: readonly ProducerRecord[],
): Promise<void> {
  for (let at = 0; at < records.length; at += sendRecordsMax) {
    await kafka.send(topic, records.slice(at, at + sendRecordsMax))
  }
}
