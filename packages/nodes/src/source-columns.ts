/** What both sources share: declared columns as a row, the time attribute, and the problems of both. */

import { nearestName } from '@millrace/engine/expressions'
import type { Fix, InferContext, Problem } from '@millrace/engine/plan'
import type { DataType, DocumentNode, EdgeType, Field } from '@millrace/schemas'
import { types } from '@millrace/schemas'
import { typeOfText } from './form-meta.ts'
import { nameProblems } from './input-problems.ts'

interface Declared {
  name: string
  type: string
  nullable: boolean
}

/** What can be read as an instant. */
const timeKinds: ReadonlySet<DataType['kind']> = new Set([
  'TIMESTAMP',
  'BIGINT',
  'STRING',
  'DOUBLE',
  'INT',
])

/** The time column is a TIMESTAMP(3), whatever its record writes. */
export function sourceFields(
  columns: readonly Declared[],
  timeColumn: string | undefined,
): Field[] {
  return columns.map(({ name, type, nullable }) => ({
    name,
    type: name === timeColumn ? types.timestamp : typeOfText(type),
    nullable,
  }))
}

export function sourceType(columns: readonly Declared[], timeColumn: string | undefined): EdgeType {
  const fields = sourceFields(columns, timeColumn)
  const known = fields.some((f) => f.name === timeColumn)
  return {
    row: { fields },
    ...(known && timeColumn !== undefined ? { time: { column: timeColumn } } : {}),
    changelog: 'append',
  }
}

export function columnProblems(
  context: Pick<InferContext<never>, 'node'>,
  columns: readonly Declared[],
  timeColumn: string | undefined,
): Problem[] {
  const names = columns.map(({ name }) => name)
  const problems = nameProblems(context, 'columns', names)
  const { id } = context.node
  if (timeColumn === undefined) return problems
  const column = columns.find(({ name }) => name === timeColumn)
  if (!column) {
    const near = nearestName(timeColumn, names)
    problems.push({
      code: 'time-column',
      severity: 'error',
      node: id,
      field: 'time.column',
      message: `There is no column ${timeColumn} to take the event time from.${near ? ` Did you mean ${near}?` : ' Choose one of the columns.'}`,
      fixes: near
        ? [
            {
              label: `Use ${near}`,
              edits: [{ is: 'set-config', node: id, field: 'time.column', value: near }],
            },
          ]
        : [],
    })
  } else if (!timeKinds.has(typeOfText(column.type).kind))
    problems.push({
      code: 'time-column',
      severity: 'error',
      node: id,
      field: 'time.column',
      message: `${timeColumn} is ${column.type}: an event time is a number, a text or a TIMESTAMP. Choose another column.`,
      fixes: [],
    })
  return problems
}

const timeWords =
  /(^|_|\b)(ts|time|timestamp|at|date|when|occurred|created|placed|updated|event_?time)(_|$|\b|ms$)/i

/** Columns that look like an event time, likeliest first. */
export function timeCandidates(columns: readonly Declared[]): Declared[] {
  const timestamps = columns.filter(({ type }) => typeOfText(type).kind === 'TIMESTAMP')
  const named = columns.filter(
    ({ name, type }) =>
      timeWords.test(name) && ['BIGINT', 'STRING'].includes(typeOfText(type).kind),
  )
  return [...timestamps, ...named].slice(0, 4)
}

/** Waits for disorder unless the user says otherwise, ms. */
export const defaultWaitMs = 5000

/** One fix for each candidate. `unitOf`: how the record writes it; undefined: the source knows. */
export function timeFixesOf(
  node: DocumentNode,
  columns: readonly Declared[],
  unitOf: (column: Declared) => string | undefined,
): Fix[] {
  return timeCandidates(columns).map((column) => {
    const unit = unitOf(column)
    return {
      label: `Use ${column.name} as event time`,
      edits: [
        {
          is: 'set-config',
          node: node.id,
          field: 'time',
          value: {
            column: column.name,
            ...(unit === undefined ? {} : { unit }),
            waitMs: defaultWaitMs,
          },
        },
      ],
    }
  })
}

/** Indexes of the declared columns that are produced, in declared order. */
export function producedIndexes(
  columns: readonly Declared[],
  needed: ReadonlySet<string>,
): number[] {
  return columns.flatMap(({ name }, index) => (needed.has(name) ? [index] : []))
}
