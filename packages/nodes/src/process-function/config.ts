/** Settings of a process function. */
import type { Field, RowType } from '@millrace/schemas'
import { z } from 'zod'
import type { DeclaredColumnConfig } from '../form-meta.ts'
import { columnName, declaredColumn, keyColumns, meta, typeOfText } from '../form-meta.ts'

/** Longest code of one node, characters. */
const codeTextMax = 200_000

const outputColumns = z.array(declaredColumn).max(200)

export const config = z.strictObject({
  forEach: keyColumns.meta(
    meta({
      title: 'For each',
      description: 'State and timers are kept for each value of these columns.',
      widget: 'key-columns',
      none: 'the whole stream',
    }),
  ),
  code: z
    .string()
    .max(codeTextMax)
    .meta(
      meta({
        title: 'Code',
        description: 'export const fn = processFunction({ state, onElement, onTimer }).',
        widget: 'code',
      }),
    ),
  columns: outputColumns.meta(
    meta({
      title: 'Output columns',
      description: 'What ctx.emit(row) sends; the types are checked in the editor and at run time.',
      widget: 'columns',
    }),
  ),
  sideOutputs: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(
            /^[a-z][a-z0-9-]{0,39}$/,
            'a name has small letters, digits and -, and starts with a letter',
          )
          .meta({ title: 'Name' }),
        columns: outputColumns,
      }),
    )
    .max(10)
    .default([])
    .meta(
      meta({
        title: 'Side outputs',
        description: "Further outputs: ctx.side('name', row).",
        widget: 'side-outputs',
      }),
    ),
  timeColumn: columnName
    .nullable()
    .default(null)
    .meta(
      meta({
        title: 'Event time of the output',
        description:
          'A TIMESTAMP among the output columns, so that a window can follow; none: the rows that leave have no event time.',
        widget: 'own-column',
        advanced: true,
      }),
    ),
})

export type ProcessConfig = z.infer<typeof config>

export function rowOf(columns: readonly DeclaredColumnConfig[]): RowType {
  return {
    fields: columns.map(
      ({ name, type, nullable }): Field => ({ name, type: typeOfText(type), nullable }),
    ),
  }
}
