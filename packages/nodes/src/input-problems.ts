/** Problems that several kinds find in what arrives or in their own lists of names. */

import { listNames, nearestName } from '@millrace/engine/expressions'
import type { Fix, InferContext, Problem } from '@millrace/engine/plan'
import type { EdgeType, RowType } from '@millrace/schemas'
import { fieldIndex } from '@millrace/schemas'

type Context = Pick<InferContext<never>, 'node' | 'timelessSources' | 'replacingNodes'>

/** Names of `field` that the row does not have, each with the nearest as a fix. */
export function missingColumns(
  context: Pick<Context, 'node'>,
  field: string,
  names: readonly string[],
  row: RowType,
): Problem[] {
  const known = row.fields.map((f) => f.name)
  return names.flatMap((name, index): Problem[] => {
    if (names.indexOf(name) < index) return [namedTwice(context, field, names, index)]
    if (fieldIndex(row, name) >= 0) return []
    const near = nearestName(name, known)
    const { id } = context.node
    const fixes: Fix[] = []
    if (near !== undefined)
      fixes.push({
        label: `Use ${near}`,
        edits: [
          {
            is: 'set-config',
            node: id,
            field,
            value: [...new Set(names.map((other) => (other === name ? near : other)))],
          },
        ],
      })
    fixes.push({
      label: `Remove ${name || 'the empty entry'}`,
      edits: [
        { is: 'set-config', node: id, field, value: names.filter((other) => other !== name) },
      ],
    })
    const hint =
      near === undefined ? ` The columns are ${listNames(known)}.` : ` Did you mean ${near}?`
    return [
      {
        code: 'unknown-column',
        severity: 'error',
        node: id,
        field: `${field}.${index}`,
        message: `There is no column ${name || '(empty)'} in what arrives.${hint}`,
        fixes,
      },
    ]
  })
}

function namedTwice(
  context: Pick<Context, 'node'>,
  field: string,
  names: readonly string[],
  index: number,
): Problem {
  const { id } = context.node
  const first = names.indexOf(names[index])
  const value = names.filter((name, i) => name !== names[first] || i === first)
  return {
    code: 'column-twice',
    severity: 'error',
    node: id,
    field: `${field}.${index}`,
    message: `${names[index] || 'An empty entry'} is named twice. Once is enough.`,
    fixes: [{ label: 'Remove it here', edits: [{ is: 'set-config', node: id, field, value }] }],
  }
}

/** A name that is empty or twice in a list of new columns. */
export function nameProblems(
  context: Pick<Context, 'node'>,
  field: string,
  names: readonly string[],
): Problem[] {
  return names.flatMap((name, index): Problem[] => {
    const reason =
      name === ''
        ? 'This column has no name. Give it one.'
        : names.indexOf(name) < index
          ? `The name ${name} is used twice. Choose another.`
          : undefined
    if (!reason) return []
    return [
      {
        code: 'column-name',
        severity: 'error',
        node: context.node.id,
        field: `${field}.${index}.name`,
        message: reason,
        fixes: [],
      },
    ]
  })
}

/** Event time is needed and does not arrive. The code begins with `input-`: the edge itself is refused. */
export function noEventTime(context: Context, what: string): Problem {
  const { names, fixes } = context.timelessSources()
  const where =
    names.length > 0
      ? `choose a time column on ${names.map((name) => `'${name}'`).join(' and ')}.`
      : 'let the Select nodes before it pass the time column on, or name one in the code node.'
  return {
    code: 'input-no-event-time',
    severity: 'error',
    node: context.node.id,
    message: `${what} needs event time: ${where}`,
    fixes,
  }
}

/** The kind reads facts only, but rows that replace earlier ones arrive. */
export function notAppend(context: Context, what: string, wayOn: string): Problem {
  return {
    code: 'input-changelog',
    severity: 'error',
    node: context.node.id,
    message: `${what} reads rows that stay as they are, but these replace earlier ones. ${wayOn}`,
    fixes: context.replacingNodes().fixes,
  }
}

export function isAppend(type: EdgeType): boolean {
  return type.changelog === 'append'
}
