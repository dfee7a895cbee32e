/** A topic's id and where its files lie. */
import { type Random, randomId, toHex } from '@millrace/base'
import { parseUuid } from '../protocol/uuid.ts'

/** Readable, and unlike that of a topic with the same name before or after; also where files ignore case. */
export function topicDirectory(topic: { name: string; id: string }): string {
  return `topics/${topic.name.slice(0, 200)}-${toHex(parseUuid(topic.id)).slice(0, 12)}`
}

/** As Kafka's Uuid prints 16 random bytes; never with a leading dash, which command lines take for an option. */
export function newId(random: Random): string {
  const id = randomId(random)
  const first = id.startsWith('-') ? 'A' : id.slice(0, 1)
  return first + id.slice(1, 21) + 'AQgw'[random.uint32() & 3]
}
