/** Edge types: what several edges into one port give together, and small questions about rows. */
import type { Changelog, EdgeType, Field, RowType } from '@millrace/schemas'
import { equalTypes, fieldIndex, formatType } from '@millrace/schemas'

/** The union of the edges, or the sentence that says why there is none. */
export function mergeEdges(
  edges: readonly { name: string; type: EdgeType }[],
): { type: EdgeType } | { reason: string } {
  const [first, ...rest] = edges
  let type = first.type
  for (const edge of rest) {
    const reason = differingRows(first, edge)
    if (reason) return { reason }
    type = {
      row: { fields: type.row.fields.map((f, i) => looser(f, edge.type.row.fields[i])) },
      ...(type.time && type.time.column === edge.type.time?.column ? { time: type.time } : {}),
      changelog: weaker(type.changelog, edge.type.changelog),
      ...(sameNames(type.uniqueKey, edge.type.uniqueKey) ? { uniqueKey: type.uniqueKey } : {}),
      ...(sameNames(type.partitionedBy, edge.type.partitionedBy)
        ? { partitionedBy: type.partitionedBy }
        : {}),
    }
  }
  if (rest.length > 0 && type.changelog !== 'append' && !type.uniqueKey)
    return { reason: 'rows that replace earlier ones can be united only if they have the same key' }
  return { type }
}

function looser(a: Field, b: Field): Field {
  return a.nullable || !b.nullable ? a : b
}

function weaker(a: Changelog, b: Changelog): Changelog {
  const rank: readonly Changelog[] = ['append', 'upsert', 'retract']
  return rank.indexOf(a) >= rank.indexOf(b) ? a : b
}

export function sameNames(a?: readonly string[], b?: readonly string[]): boolean {
  return (
    a !== undefined && b !== undefined && a.length === b.length && a.every((x, i) => x === b[i])
  )
}

function differingRows(
  a: { name: string; type: EdgeType },
  b: { name: string; type: EdgeType },
): string | undefined {
  const left = a.type.row.fields
  const right = b.type.row.fields
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = left[i]
    const y = right[i]
    if (!x || !y) return `'${a.name}' has ${left.length} columns and '${b.name}' ${right.length}`
    if (x.name !== y.name)
      return `column ${i + 1} is ${x.name} in '${a.name}' and ${y.name} in '${b.name}'`
    if (!equalTypes(x.type, y.type))
      return `${x.name} is ${formatType(x.type)} in '${a.name}' and ${formatType(y.type)} in '${b.name}'`
  }
  return undefined
}

/** The fields that are named, in the row's order. */
export function pruneRow(row: RowType, names: ReadonlySet<string>): RowType {
  const fields = row.fields.filter((field) => names.has(field.name))
  return fields.length === row.fields.length ? row : { fields }
}

export function columnNames(row: RowType): string[] {
  return row.fields.map((field) => field.name)
}

/** Indexes of the named columns; every name must be there. */
export function columnIndexes(row: RowType, names: readonly string[]): number[] {
  return names.map((name) => fieldIndex(row, name))
}

export function equalRows(a: RowType, b: RowType): boolean {
  return (
    a.fields.length === b.fields.length &&
    a.fields.every((x, i) => x.name === b.fields[i].name && equalTypes(x.type, b.fields[i].type))
  )
}
