/** The lines that two texts share, and those that only one has. */

export interface DiffLine {
  is: 'same' | 'added' | 'removed'
  text: string
}

/** Unchanged lines that stay in sight around a change. */
const contextLines = 3
/** Pairs of lines compared at most; beyond it the differing middle counts as replaced. */
const comparedPairsMax = 4_000_000

/** Line by line, the removed ones before the added ones. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = before.split('\n')
  const now = after.split('\n')
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head++
  let tail = 0
  const room = Math.min(old.length, now.length) - head
  while (tail < room && old.at(-1 - tail) === now.at(-1 - tail)) tail++
  const same = (text: string): DiffLine => ({ is: 'same', text })
  return [
    ...old.slice(0, head).map(same),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map(same),
  ]
}

/** By the longest common subsequence. */
function middle(old: readonly string[], now: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ is: 'removed', text })
  const added = (text: string): DiffLine => ({ is: 'added', text })
  if (old.length * now.length > comparedPairsMax) return [...old.map(removed), ...now.map(added)]
  const width = now.length + 1
  const lengths = new Uint32Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        old[i] === now[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ is: 'same', text: old[i++] })
      j++
    } else if (
      j === now.length ||
      (i < old.length && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])
    )
      lines.push(removed(old[i++]))
    else lines.push(added(now[j++]))
  }
  return lines
}

/** The changes with what stands around them; a number stands for so many lines that are left out. */
export function withContext(lines: readonly DiffLine[]): (DiffLine | number)[] {
  const kept = new Uint8Array(lines.length)
  lines.forEach(({ is }, index) => {
    if (is !== 'same') kept.fill(1, Math.max(0, index - contextLines), index + contextLines + 1)
  })
  const shown: (DiffLine | number)[] = []
  for (let from = 0; from < lines.length; ) {
    let to = from
    while (to < lines.length && kept[to] === kept[from]) to++
    // One line left out would be no shorter than its note.
    if (kept[from] || to - from === 1) shown.push(...lines.slice(from, to))
    else shown.push(to - from)
    from = to
  }
  return shown
}
