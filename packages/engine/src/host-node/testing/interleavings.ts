/**
 * Explores every interleaving of two programs over shared words. A program runs again from its beginning for each step,
 * fed with the answers of its earlier steps, and stops at the first new one: so unchanged synchronous code can be
 * interrupted between any two accesses.
 */
import type { RingMemory } from '../ring.ts'

const suspended = { why: 'a program stops before its next step' }

/** More states than any model here needs: a model that grows beyond it is wrong. */
const statesMax = 2_000_000

/** What a program may do; every call is one step that another program may come between. */
export interface Steps extends RingMemory {
  add(word: number, value: number): number
  /** A thread sleeps until the word differs from `seen`. */
  sleepWhile(word: number, seen: number): void
  /** All that the program knows from here on is `place`: it may begin again with it, which merges equal states. */
  mark(place: number): void
}

/** Begins at `place`: 0 first, later the last `mark`. */
export type Program = (steps: Steps, place: number) => void

interface Thread {
  place: number
  log: readonly number[]
  state: 'ready' | 'done'
  /** Asleep until this word differs. */
  asleep: { word: number; seen: number } | null
}

export interface Explored {
  states: number
  ends: number
}

/** Throws when a program throws in some interleaving, or when all sleep. */
export function exploreAll(programs: readonly Program[], wordCount: number): Explored {
  const seen = new Set<string>()
  const stack = [
    {
      words: new Array<number>(wordCount).fill(0),
      threads: programs.map((): Thread => ({ place: 0, log: [], state: 'ready', asleep: null })),
    },
  ]
  let ends = 0
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    const key = JSON.stringify(state)
    if (seen.has(key)) continue
    seen.add(key)
    if (seen.size > statesMax) throw new Error('The model has too many states.')
    let moved = false
    for (let index = 0; index < programs.length; index++) {
      const thread = state.threads[index]
      if (thread.state === 'done') continue
      if (thread.asleep && state.words[thread.asleep.word] === thread.asleep.seen) continue
      moved = true
      const words = [...state.words]
      const threads = [...state.threads]
      threads[index] = runOneStep(programs[index], thread, words)
      stack.push({ words, threads })
    }
    if (moved) continue
    if (state.threads.some((thread) => thread.state !== 'done')) {
      throw new Error(`All sleep: ${JSON.stringify(state)}`)
    }
    ends++
  }
  return { states: seen.size, ends }
}

function runOneStep(program: Program, thread: Thread, words: number[]): Thread {
  let log = [...thread.log]
  let place = thread.place
  let at = 0
  let stepped = false
  let marked = 0
  let asleep: Thread['asleep'] = null
  const step = (perform: () => number): number => {
    if (at < thread.log.length) return thread.log[at++]
    if (at > thread.log.length || stepped) throw suspended
    at++
    stepped = true
    const answer = perform()
    log.push(answer)
    return answer
  }
  const steps: Steps = {
    load: (word) => step(() => words[word]),
    get: (word) => step(() => words[word]),
    store: (word, value) => void step(() => (words[word] = value)),
    put: (word, value) => void step(() => (words[word] = value)),
    exchange: (word, value) =>
      step(() => {
        const old = words[word]
        words[word] = value
        return old
      }),
    add: (word, value) => step(() => (words[word] += value)),
    sleepWhile: (word, seen) =>
      void step(() => {
        asleep = { word, seen }
        return 0
      }),
    mark: (next) => {
      // The first mark of a run is where it began again.
      if (marked++ === 0) return
      place = next
      log = []
      throw suspended
    },
  }
  try {
    program(steps, thread.place)
    return { place, log: [], state: 'done', asleep: null }
  } catch (error) {
    if (error !== suspended) throw error
    return { place, log, state: 'ready', asleep }
  }
}
