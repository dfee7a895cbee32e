/** The registry's log in the topic `_schemas`, as Confluent keeps it: key and value are JSON texts. */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import type { RegistryRecord, RegistryStore } from '@millrace/schemas/registry'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { schemasTopic } from '../store/topic-names.ts'

const readBytes = 4 * 1024 * 1024

export async function openRegistryStore(kafka: KafkaAccess): Promise<RegistryStore> {
  if (!(await kafka.admin.describeTopic(schemasTopic))) {
    await kafka.admin.createTopic(schemasTopic, {
      partitions: 1,
      configs: { 'millrace.durability': 'fsync', 'max.message.bytes': String(8 * 1024 * 1024) },
    })
  }
  let last: Promise<unknown> = Promise.resolve()
  return {
    load: () => load(kafka),
    append: (records) => {
      const written = last.then(() => kafka.send(schemasTopic, records.map(recordOf)))
      last = written.catch(() => undefined)
      return written.then(() => undefined)
    },
  }
}

function recordOf({ key, value }: RegistryRecord) {
  return {
    partition: 0,
    key: encodeUtf8(key),
    value: value === null ? null : encodeUtf8(value),
  }
}

async function load(kafka: KafkaAccess): Promise<RegistryRecord[]> {
  const records: RegistryRecord[] = []
  const [end] = await kafka.admin.listOffsets(schemasTopic, 'latest')
  let [offset] = await kafka.admin.listOffsets(schemasTopic, 'earliest')
  while (offset < end) {
    const chunk = await kafka.read(schemasTopic, 0, { offset, maxBytes: readBytes })
    for (const { key, value } of chunk.records) {
      if (key) records.push({ key: decodeUtf8(key), value: value ? decodeUtf8(value) : null })
    }
    if (chunk.nextOffset <= offset) break
    offset = chunk.nextOffset
  }
  return records
}
