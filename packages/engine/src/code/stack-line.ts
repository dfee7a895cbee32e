/** Lines of user code in a stack trace. */

/** What a stack trace calls the code. */
export const sourceName = 'process-function.ts'

const place = new RegExp(`${sourceName.replace('.', '\\.')}:(\\d+)`)

/** The innermost line of user code in a stack, as the evaluator counts it; null: there is none. */
export function stackLine(stack: unknown): number | null {
  const match = place.exec(String(stack))
  return match ? Number(match[1]) : null
}
