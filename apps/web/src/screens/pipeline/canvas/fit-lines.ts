/** The words of a card in two lines: what does not fit is left out whole, never cut in the middle. */

/** Characters of one line of a card, on average. */
export const lineLengthMax = 36
export const linesMax = 2

const between = ' · '

export function fitLines(lines: readonly string[]): string[] {
  if (lines.length <= linesMax && lines.every((line) => line.length <= lineLengthMax))
    return [...lines]
  const parts = lines.flatMap((line) => line.split(between)).map(shorten)
  const filled: string[] = []
  for (const part of parts) {
    const last = filled.length - 1
    const joined = last >= 0 ? filled[last] + between + part : part
    if (last >= 0 && joined.length <= lineLengthMax) filled[last] = joined
    else if (filled.length < linesMax) filled.push(part)
    else break
  }
  return filled
}

/** "a, b, c, d" → "a, b and 2 more"; a long text keeps its first words. */
function shorten(part: string): string {
  if (part.length <= lineLengthMax) return part
  const items = splitTopLevel(part)
  for (let kept = items.length - 1; kept > 0; kept -= 1) {
    const text = `${items.slice(0, kept).join(', ')} and ${items.length - kept} more`
    if (text.length <= lineLengthMax) return text
  }
  const words = part.split(' ')
  while (words.length > 1 && words.join(' ').length > lineLengthMax - 2) words.pop()
  return `${words.join(' ').slice(0, lineLengthMax - 2)} …`
}

/** At commas outside of parentheses. */
function splitTopLevel(text: string): string[] {
  const items: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (character === ',' && depth === 0) {
      items.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  items.push(text.slice(start).trim())
  return items
}
