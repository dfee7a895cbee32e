/** What is wrong with an expression's text, where, and what to write instead. */

/** Offsets are UTF-16 positions in the text, half open. */
export interface Span {
  start: number
  end: number
}

export interface ExpressionProblem extends Span {
  /** One sentence: what is wrong and how to mend it. */
  message: string
  /** Text that, put in the place of the span, mends it; `label` is the button's words. */
  replacement?: { label: string; text: string }
}

/** Thrown inside the parser and the typer; never leaves this folder. */
export class ExpressionError extends Error {
  readonly problem: ExpressionProblem

  constructor(
    message: string,
    span: Span,
    replacement?: { label: string; text: string } | undefined,
  ) {
    super(message)
    this.problem = replacement
      ? { message, start: span.start, end: span.end, replacement }
      : { message, start: span.start, end: span.end }
  }
}

/** The candidate nearest to `name` (case aside, at most a third of its letters wrong); undefined: none is near. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Damerau-Levenshtein (neighbours swapped count one), cut off at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2] + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]
}

/** `'a', 'b' and 'c'`, cut after `most`. */
export function listNames(names: readonly string[], most = 6): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, most)
  const rest = names.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`
  if (shown.length === 1) return shown[0]
  return `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`
}
