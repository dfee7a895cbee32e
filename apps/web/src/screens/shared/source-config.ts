/** The config of a topic source from what was inferred of the topic: all columns, and the likeliest event time. */
import type { Inference } from '@millrace/server'

export function sourceConfigOf(topic: string, inference: Inference): Record<string, unknown> {
  const time = inference.time[0]
  return {
    topic,
    format: inference.format,
    columns: inference.columns.map(({ name, type, path }) => ({
      name,
      type,
      ...(path === null ? {} : { path }),
    })),
    ...(time ? { time: { column: time.column, unit: time.unit, waitMs: time.waitMs } } : {}),
  }
}
