/** Memory of a process and all its descendants, from /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** Resident bytes of the tree; 0 where the system has no /proc. */
export function treeRssBytes(root: number): number {
  const children = new Map<number, number[]>()
  const rss = new Map<number, number>()
  for (const name of processNumbers()) {
    const facts = factsOf(name)
    if (!facts) continue
    rss.set(name, facts.rssBytes)
    children.set(facts.parent, [...(children.get(facts.parent) ?? []), name])
  }
  const sum = (pid: number): number => {
    let bytes = rss.get(pid) ?? 0
    for (const child of children.get(pid) ?? []) bytes += sum(child)
    return bytes
  }
  return sum(root)
}

function processNumbers(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function factsOf(pid: number): { parent: number; rssBytes: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    const parent = /^PPid:\s+(\d+)/m.exec(text)
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(text)
    return { parent: Number(parent?.[1] ?? 0), rssBytes: Number(kilobytes?.[1] ?? 0) * 1024 }
  } catch {
    return undefined
  }
}

/** Samples the tree until `stop`; the largest sample. */
export function watchRss(root: number): { stop(): number } {
  let largest = treeRssBytes(root)
  const timer = setInterval(() => {
    largest = Math.max(largest, treeRssBytes(root))
  }, 200)
  return {
    stop() {
      clearInterval(timer)
      return largest
    },
  }
}
