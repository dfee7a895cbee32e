/** Settings of a window. */
import { z } from 'zod'
import { durationMs, keyColumns, meta, namedExpressions } from '../form-meta.ts'

export const windowConfig = z.strictObject({
  shape: z
    .literal('tumbling')
    .default('tumbling')
    .meta(
      meta({
        title: 'Shape',
        widget: 'choice',
        labels: { tumbling: 'Tumbling' },
        help: { tumbling: 'One window after the other, none overlapping.' },
        advanced: true,
      }),
    ),
  sizeMs: durationMs({ min: 1 }).meta(
    meta({
      title: 'Every',
      description: 'Length of each window, in event time.',
      widget: 'duration',
      unit: 'ms',
      presets: [10_000, 60_000, 300_000, 3_600_000, 86_400_000],
    }),
  ),
  forEach: keyColumns.meta(
    meta({
      title: 'For each',
      description: 'One result for each value of these columns.',
      widget: 'key-columns',
      none: 'the whole stream',
    }),
  ),
  compute: namedExpressions.meta(
    meta({
      title: 'Compute',
      description: 'COUNT(*), SUM, AVG, MIN, MAX, COUNT(DISTINCT …), BOOL_OR, BOOL_AND.',
      widget: 'aggregates',
      expects: 'aggregate',
      placeholder: 'SUM(total_cents)',
    }),
  ),
  allowedLatenessMs: durationMs({ min: 0 })
    .default(0)
    .meta(
      meta({
        title: 'Accept late',
        description:
          'How long after its end a window still takes late rows; each one fires it again, replacing its result.',
        widget: 'duration',
        unit: 'ms',
        presets: [0, 60_000, 120_000, 600_000],
      }),
    ),
  offsetMs: durationMs({ min: 0 })
    .default(0)
    .meta(
      meta({
        title: 'Offset',
        description: 'Shifts the windows: with every 1 d and offset 6 h, days begin at 06:00 UTC.',
        widget: 'duration',
        unit: 'ms',
        advanced: true,
      }),
    ),
  lateRows: z
    .enum(['warn', 'count'])
    .default('warn')
    .meta(
      meta({
        title: 'Late rows, if their port is open',
        description: 'Rows that come too late leave by the late port.',
        widget: 'choice',
        labels: { warn: 'Warn that they are dropped', count: 'Count them only' },
        advanced: true,
      }),
    ),
})

export type WindowConfig = z.infer<typeof windowConfig>
