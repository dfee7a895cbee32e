/** `topics`: what lies in the broker, read and written by people. */
import { z } from 'zod'
import type {
  BrowsePage,
  FillRecipe,
  ImportResult,
  Inference,
  KnownTopic,
  ProduceResult,
  RawMessage,
  TailBatch,
  TopicDescription,
  TopicSample,
  TopicSummary,
  TopicTime,
} from '../api-types.ts'
import { procedure, router } from '../trpc.ts'
import { cursor, importCharactersMax, offset, partition, time, topicName } from './inputs.ts'
import { signalOf } from './signal.ts'

/** Most messages of one produce call, and most characters of a key or value. */
const produceMessagesMax = 1000
const messageCharactersMax = 2_000_000
/** Most messages of one page. */
const browseMessagesMax = 10_000
/** Most records of one preview sample, and most sources. */
const sampleRecordsMax = 10_000
const sampleTopicsMax = 32

const byName = z.strictObject({ name: topicName })
const filter = z.string().max(1000).default('')
const internal = z
  .strictObject({ internal: z.boolean().default(false) })
  .default({ internal: false })

const from = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('earliest') }),
  z.strictObject({ is: z.literal('last'), count: z.int().min(1).max(browseMessagesMax) }),
  z.strictObject({ is: z.literal('offset'), partition, offset }),
  z.strictObject({ is: z.literal('time'), at: time.min(0) }),
  z.strictObject({ is: z.literal('cursor'), cursor }),
])

const base64Text = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const message = z
  .strictObject({
    key: z.string().max(messageCharactersMax).nullable().default(null),
    value: z.string().max(messageCharactersMax).nullable(),
    encoding: z.enum(['text', 'base64']).default('text'),
    headers: z
      .array(z.strictObject({ name: z.string().max(1000), value: z.string().max(100_000) }))
      .max(100)
      .default([]),
    partition: partition.nullable().default(null),
    timestamp: time.min(0).nullable().default(null),
  })
  .superRefine(({ encoding, key, value }, context) => {
    if (encoding === 'text') return
    for (const [field, text] of Object.entries({ key, value })) {
      if (text !== null && !base64Text.test(text))
        context.addIssue({ code: 'custom', path: [field], message: 'is not base64' })
    }
  })

const path = z.string().min(1).max(1000)
const sampleTopic = z.strictObject({
  topic: topicName,
  time: z.strictObject({ path, unit: z.enum(['ms', 's', 'us', 'iso8601']) }).nullable(),
  keyPaths: z.array(path).max(16).default([]),
  format: z.enum(['json', 'avro']),
})

export const topicsRouter = router({
  list: procedure
    .input(internal)
    .query(({ ctx, input }): Promise<TopicSummary[]> => ctx.services.topics.list(input.internal)),
  live: procedure
    .input(internal)
    .subscription(
      ({ ctx, input, signal }): AsyncGenerator<TopicSummary[]> =>
        ctx.services.topics.live(input.internal, signalOf(signal)),
    ),
  /** What the type inference in the browser needs to know of each topic. */
  known: procedure.query(({ ctx }): Promise<KnownTopic[]> => ctx.services.topics.known()),
  create: procedure
    .input(
      z.strictObject({
        name: topicName,
        partitions: z.int().min(1).max(1000).default(1),
        configs: z.record(z.string().max(255), z.string().max(10_000)).default({}),
      }),
    )
    .mutation(({ ctx, input }): Promise<TopicSummary> => ctx.services.topics.create(input)),
  /** Refused with `topic-in-use` while running pipelines use it, unless `force`. */
  delete: procedure
    .input(z.strictObject({ name: topicName, force: z.boolean().default(false) }))
    .mutation(
      ({ ctx, input }): Promise<void> => ctx.services.topics.delete(input.name, input.force),
    ),
  describe: procedure
    .input(byName)
    .query(({ ctx, input }): Promise<TopicDescription> => ctx.services.topics.describe(input.name)),
  browse: procedure
    .input(
      z.strictObject({
        name: topicName,
        from,
        partition: partition.nullable().default(null),
        limit: z.int().min(1).max(browseMessagesMax).default(100),
        filter,
      }),
    )
    .query(({ ctx, input }): Promise<BrowsePage> => ctx.services.topics.browse(input)),
  /** One record's bytes. */
  raw: procedure
    .input(z.strictObject({ name: topicName, partition, offset }))
    .query(
      ({ ctx, input }): Promise<RawMessage> =>
        ctx.services.topics.raw(input.name, input.partition, input.offset),
    ),
  /** New messages; `cursor` null: from now on. To pause without dropping, go on later from the last cursor. */
  tail: procedure
    .input(z.strictObject({ name: topicName, cursor: cursor.nullable().default(null), filter }))
    .subscription(
      ({ ctx, input, signal }): AsyncGenerator<TailBatch> =>
        ctx.services.topics.tail(input, signalOf(signal)),
    ),
  produce: procedure
    .input(
      z.strictObject({
        name: topicName,
        messages: z.array(message).min(1).max(produceMessagesMax),
      }),
    )
    .mutation(
      ({ ctx, input }): Promise<ProduceResult> =>
        ctx.services.topics.produce(input.name, input.messages),
    ),
  /** Columns and event-time candidates from the last 500 records. */
  infer: procedure
    .input(byName)
    .query(({ ctx, input }): Promise<Inference> => ctx.services.topics.infer(input.name)),
  /** Event time of the newest records: spans, rate, disorder, and the delays that would have admitted them. */
  time: procedure
    .input(
      z.strictObject({ name: topicName, column: z.string().max(1000).nullable().default(null) }),
    )
    .query(({ ctx, input }): Promise<TopicTime> => ctx.services.topics.time(input)),
  import: procedure
    .input(
      z.strictObject({
        name: topicName,
        text: z.string().min(1).max(importCharactersMax),
        format: z.enum(['ndjson', 'csv']),
        keyField: z.string().max(1000).nullable().default(null),
      }),
    )
    .mutation(({ ctx, input }): Promise<ImportResult> => ctx.services.topics.importText(input)),
  fillRecipes: procedure.query(({ ctx }): FillRecipe[] => ctx.services.topics.fillRecipes()),
  fill: procedure
    .input(
      z.strictObject({
        name: topicName,
        recipe: z.string().min(1).max(63),
        count: z.int().min(1).max(100_000).default(1000),
      }),
    )
    .mutation(({ ctx, input }): Promise<{ written: number }> => ctx.services.topics.fill(input)),
  /** One slice of event time common to all sources, thinned by whole keys, for the preview. */
  sample: procedure
    .input(
      z.strictObject({
        topics: z.array(sampleTopic).min(1).max(sampleTopicsMax),
        longestWindowMs: z.int().min(0).max(31_536_000_000).default(0),
        recordsMax: z.int().min(1).max(sampleRecordsMax).default(sampleRecordsMax),
      }),
    )
    .query(({ ctx, input }): Promise<TopicSample> => ctx.services.topics.sample(input)),
})
