/** Settings of a topic source. */
import { z } from 'zod'
import { columnName, declaredColumn, durationMs, meta, timeUnit } from '../form-meta.ts'

export const config = z.strictObject({
  topic: z
    .string()
    .max(249)
    .meta(meta({ title: 'Topic', widget: 'topic', placeholder: 'orders.placed' })),
  format: z
    .enum(['json', 'avro'])
    .default('json')
    .meta(
      meta({
        title: 'Format',
        widget: 'choice',
        labels: { json: 'JSON', avro: 'Avro' },
        help: {
          json: 'One JSON object a record.',
          avro: "Confluent's wire format, schemas from the registry.",
        },
      }),
    ),
  columns: z
    .array(
      declaredColumn.extend({
        path: z.string().max(400).optional().meta({
          title: 'Path',
          description: 'Keys joined by dots where the value lies deeper: user.address.city.',
        }),
        unit: timeUnit.optional().meta({
          title: 'Written as',
          description: 'For TIMESTAMP columns: how the record writes them.',
        }),
      }),
    )
    .max(500)
    .meta(
      meta({
        title: 'Columns',
        description: 'What the records hold. Other fields are ignored, missing ones are NULL.',
        widget: 'columns',
        infer: true,
        paths: true,
      }),
    ),
  time: z
    .strictObject({
      column: columnName,
      unit: timeUnit,
      waitMs: durationMs({ min: 0 }),
    })
    .nullable()
    .default(null)
    .meta(
      meta({
        title: 'Event time',
        description:
          'When a record happened, and how long to wait for records that come out of order. Windows need it.',
        widget: 'time',
        presets: [0, 1000, 5000, 10_000, 60_000],
      }),
    ),
  start: z
    .enum(['earliest', 'latest', 'committed', 'timestamp'])
    .default('earliest')
    .meta(
      meta({
        title: 'Start at',
        description: 'Where the first run begins; later runs go on from their checkpoint.',
        widget: 'choice',
        labels: {
          earliest: 'The oldest record',
          latest: 'New records only',
          committed: "The group's committed offset",
          timestamp: 'A point in time',
        },
      }),
    ),
  startTimestampMs: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .meta(
      meta({
        title: 'From',
        description: "By the records' timestamps.",
        widget: 'timestamp',
        showWhen: { field: 'start', is: ['timestamp'] },
      }),
    ),
  group: z
    .string()
    .max(249)
    .default('')
    .meta(
      meta({
        title: 'Consumer group',
        description: 'Offsets are committed under this name at each checkpoint.',
        widget: 'text',
        placeholder: 'millrace.<pipeline>',
        advanced: true,
      }),
    ),
  idleAfterMs: durationMs({ min: 100 })
    .nullable()
    .default(15_000)
    .meta(
      meta({
        title: 'Idle after',
        description:
          'A partition without records for this long no longer holds time back. None: it holds time until a record comes.',
        widget: 'duration',
        unit: 'ms',
        presets: [5000, 15_000, 60_000],
        advanced: true,
      }),
    ),
  invalidUtf8: z
    .enum(['dead-letter', 'replace'])
    .default('dead-letter')
    .meta(
      meta({
        title: 'Text that is not UTF-8',
        widget: 'choice',
        labels: { 'dead-letter': 'Is a dead letter', replace: 'Gets � in place of the bad bytes' },
        advanced: true,
      }),
    ),
})

export type TopicSourceSettings = z.infer<typeof config>
