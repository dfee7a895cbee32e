/** Programs that send one record to a topic of this very server. */

export type SnippetKind = 'curl' | 'kcat' | 'kafkajs' | 'python'

export const snippetKinds: readonly { value: SnippetKind; label: string }[] = [
  { value: 'curl', label: 'curl' },
  { value: 'kcat', label: 'kcat' },
  { value: 'kafkajs', label: 'kafkajs' },
  { value: 'python', label: 'Python' },
]

export interface SnippetPlace {
  topic: string
  /** host:port */
  kafka: string
  /** http://host:port */
  studio: string
}

const example = '{"user_id":"u-1","amount":1250}'

export function snippet(kind: SnippetKind, { topic, kafka, studio }: SnippetPlace): string {
  switch (kind) {
    case 'curl':
      return [
        `curl ${studio}/trpc/topics.produce \\`,
        "  -H 'content-type: application/json' \\",
        `  -d '${JSON.stringify({ name: topic, messages: [{ key: 'u-1', value: example }] })}'`,
      ].join('\n')
    case 'kcat':
      return `echo 'u-1|${example}' | kcat -P -b ${kafka} -t ${topic} -K '|'`
    case 'kafkajs':
      return `import { Kafka } from 'kafkajs'

const producer = new Kafka({ brokers: ['${kafka}'] }).producer()
await producer.connect()
await producer.send({ topic: '${topic}', messages: [{ key: 'u-1', value: '${example}' }] })
await producer.disconnect()`
    case 'python':
      return `from confluent_kafka import Producer

producer = Producer({'bootstrap.servers': '${kafka}'})
producer.produce('${topic}', key='u-1', value='${example}')
producer.flush()`
  }
}
