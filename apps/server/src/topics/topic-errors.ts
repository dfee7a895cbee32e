/** What the topics of the studio refuse, each with a code. */
import { AppError } from '@millrace/base'
import { counted, listed } from '../runs/words.ts'
import { type KnownPipeline, readersOf, writersOf } from './references.ts'

export function unknownTopic(name: string): AppError {
  return new AppError(`There is no topic ${name}.`, {
    code: 'topic-not-found',
    origin: 'user',
    details: { topic: name },
  })
}

export function unknownRecipe(recipe: string): AppError {
  return new AppError(`There is no generator called ${recipe}.`, {
    code: 'recipe-not-found',
    origin: 'user',
    details: { recipe },
  })
}

export function reservedName(name: string): AppError {
  return new AppError(`${name} is one of Millrace's own topics; choose another name.`, {
    code: 'topic-reserved',
    origin: 'user',
    details: { topic: name },
  })
}

export function keptByMillrace(name: string): AppError {
  return new AppError(
    `${name} is one of Millrace's own topics: it can be looked at, not changed.`,
    {
      code: 'topic-reserved',
      origin: 'user',
      details: { topic: name },
    },
  )
}

export function noPartition(topic: string, partition: number, count: number): AppError {
  return new AppError(
    `${topic} has no partition ${partition}; it has ${counted(count, 'partition')}, counted from 0.`,
    { code: 'record-refused', origin: 'user', details: { topic, partition } },
  )
}

/** What the user can mend about refused records; anything else is passed on. */
export function writeRefused(topic: string, cause: unknown): unknown {
  if (!(cause instanceof AppError) || cause.code !== 'kafka-message-too-large') return cause
  return new AppError(
    `A record is too large for ${topic}: ${cause.message} Make it smaller, or the topic anew with a larger max.message.bytes.`,
    { code: 'record-refused', origin: 'user', details: { topic }, cause },
  )
}

export function noRecord(topic: string, partition: number, offset: number): AppError {
  return new AppError(`${topic} has no record at partition ${partition}, offset ${offset}.`, {
    code: 'record-not-found',
    origin: 'user',
    details: { topic, partition, offset },
  })
}

/** Throws `topic-in-use` while running pipelines read or write it. */
export function refuseIfUsed(topic: string, pipelines: readonly KnownPipeline[]): void {
  const running = (references: { name: string; running: boolean }[]) => [
    ...new Set(references.filter((each) => each.running).map((each) => each.name)),
  ]
  const readers = running(readersOf(topic, pipelines))
  const writers = running(writersOf(topic, pipelines))
  if (readers.length + writers.length === 0) return
  const uses = [
    ...(readers.length > 0
      ? [`read by ${counted(readers.length, 'running pipeline')} (${listed(readers)})`]
      : []),
    ...(writers.length > 0
      ? [`written by ${counted(writers.length, 'running pipeline')} (${listed(writers)})`]
      : []),
  ]
  throw new AppError(`Topic ${topic} is ${uses.join(' and ')}. Stop them first.`, {
    code: 'topic-in-use',
    origin: 'user',
    details: { topic, readers, writers },
  })
}

/** What the user can mend about a refused creation; anything else is passed on. */
export function creationRefused(topic: string, cause: unknown): unknown {
  if (!(cause instanceof AppError)) return cause
  if (cause.code === 'kafka-topic-already-exists') {
    return new AppError(`There is already a topic ${topic}.`, {
      code: 'topic-exists',
      origin: 'user',
      details: { topic },
      cause,
    })
  }
  if (!refusals.has(cause.code)) return cause
  return new AppError(cause.message, {
    code: 'topic-refused',
    origin: 'user',
    details: { topic },
    cause,
  })
}

const refusals = new Set([
  'kafka-invalid-topic-exception',
  'kafka-invalid-config',
  'kafka-invalid-partitions',
  'kafka-invalid-request',
])
