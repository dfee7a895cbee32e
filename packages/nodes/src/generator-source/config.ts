/** Settings of a generator source. */
import { z } from 'zod'
import { columnName, declaredColumn, durationMs, meta } from '../form-meta.ts'

const share = z.number().min(0).max(1)

/** Most values of a list to pick from. */
const pickMax = 1000

export const generatorSpec = z
  .discriminatedUnion('is', [
    z.strictObject({
      is: z.literal('sequence'),
      start: z.int().default(1),
      prefix: z.string().max(60).default(''),
    }),
    z.strictObject({ is: z.literal('uuid') }),
    z.strictObject({
      is: z.literal('pick'),
      values: z.array(z.string().max(400)).min(1).max(pickMax),
      weights: z.array(z.number().min(0)).max(pickMax).optional(),
    }),
    z.strictObject({
      is: z.literal('key'),
      count: z.int().min(1).max(10_000_000),
      prefix: z.string().max(60).default(''),
      skew: z.number().min(0).max(5).default(0),
    }),
    z.strictObject({ is: z.literal('integer'), low: z.int(), high: z.int() }),
    z.strictObject({ is: z.literal('decimal'), low: z.number(), high: z.number() }),
    z.strictObject({ is: z.literal('boolean'), share }),
    z.strictObject({ is: z.literal('event-time') }),
  ])
  .meta({ title: 'Values' })

export const config = z.strictObject({
  rowsPerSecond: z
    .number()
    .min(0.01)
    .max(1_000_000)
    .meta(
      meta({
        title: 'Rows per second',
        description: 'Once live, over all partitions.',
        widget: 'number',
        unit: 'rows/s',
      }),
    ),
  columns: z
    .array(declaredColumn.extend({ generator: generatorSpec, nullShare: share.default(0) }))
    .min(1)
    .max(100)
    .meta(
      meta({
        title: 'Columns',
        description: 'Name, type and how each value is made.',
        widget: 'generated-columns',
      }),
    ),
  time: z
    .strictObject({ column: columnName, waitMs: durationMs({ min: 0 }) })
    .nullable()
    .default(null)
    .meta(
      meta({
        title: 'Event time',
        description: 'The column that holds it, and how long to wait for rows out of order.',
        widget: 'time',
        presets: [0, 1000, 5000, 10_000],
      }),
    ),
  disorder: z
    .strictObject({
      share: share.meta(
        meta({
          title: 'Out of order',
          description: 'This share of the rows comes late.',
          widget: 'share',
        }),
      ),
      maxMs: durationMs({ min: 0 }).meta(
        meta({ title: 'By up to', widget: 'duration', unit: 'ms', presets: [0, 2000, 10_000] }),
      ),
    })
    .default({ share: 0, maxMs: 0 })
    .meta(meta({ title: 'Disorder', widget: 'group' })),
  badShare: share.default(0).meta(
    meta({
      title: 'Bad records',
      description: 'This share cannot be decoded and goes to the dead letters.',
      widget: 'share',
    }),
  ),
  partitions: z
    .int()
    .min(1)
    .max(64)
    .default(2)
    .meta(
      meta({
        title: 'Partitions',
        description: 'Simulated: each has its own sequence and its own watermark.',
        widget: 'number',
        advanced: true,
      }),
    ),
  seed: z
    .int()
    .min(0)
    .max(4_294_967_295)
    .default(1)
    .meta(
      meta({
        title: 'Seed',
        description: 'The same seed makes the same rows.',
        widget: 'number',
        advanced: true,
      }),
    ),
})

export type GeneratorSettings = z.infer<typeof config>
