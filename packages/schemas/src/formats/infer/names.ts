/** Names of inferred columns. */

/** Columns that are proposed at most; what comes later in the records is left out. */
export const inferredColumnsMax = 200

/** The name itself, or with a number behind it when another column has it. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`
  return name
}
