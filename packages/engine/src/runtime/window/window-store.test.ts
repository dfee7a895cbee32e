import { type Random, randomInteger, seededRandom } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { KeyEncoder, keyGrouper } from '../key-encoder.ts'
import type { SnapshotPart } from '../operator.ts'
import { batchOf } from '../testing/batches.ts'
import { countAll, keyValueRow, sumValue } from '../testing/plans.ts'
import { paneLayout } from './pane.ts'
import { CountAccumulator } from './sums.ts'
import { chainedSnapshotsMax, rollingParts, WindowStore } from './window-store.ts'

const types = [keyValueRow.fields[0].type]
const encoder = new KeyEncoder([0], types)
const layout = paneLayout([countAll, sumValue], keyValueRow, keyGrouper('flink', types))
const everything = { start: 0, end: 128 }

function newStore(wholeEntriesMax: number): WindowStore {
  return new WindowStore({ state: 'windows', subtask: 0, sizeMs: 10, layout, wholeEntriesMax })
}

/** Counts one row for a key of a window; in a window that has fired, the row fires its key again. */
function count(store: WindowStore, start: number, key: string): void {
  const batch = batchOf(keyValueRow, [{ cells: [key, 1n] }])
  const pane = store.paneAt(start) ?? store.open(start)
  const selection = { entries: new Int32Array(1), rows: new Int32Array(1), count: 1 }
  pane.add(batch, encoder.encode(batch), selection, store.save)
  if (pane.fired) pane.countFiring(selection.entries[0])
}

/** Window, key and count of every entry. */
function contentOf(store: WindowStore): string[] {
  const content: string[] = []
  for (const pane of store.panes) {
    const [counts] = pane.accumulators
    if (!(counts instanceof CountAccumulator)) throw new Error('not a count')
    for (let entry = 0; entry < pane.count; entry++) {
      const { data, start, end } = pane.keys.keyOf(entry)
      const key = new TextDecoder().decode(data.slice(start, end))
      content.push(`${pane.start} ${key} ${counts.counts[entry]} fired ${pane.firingsOf(entry)}`)
    }
  }
  return content.sort()
}

function restored(files: readonly (readonly SnapshotPart[])[]): WindowStore {
  const store = newStore(0)
  store.restore(files.flat(), everything)
  return store
}

function change(store: WindowStore, random: Random, keys: number): void {
  for (let i = 0; i < 10; i++) {
    count(store, randomInteger(random, 0, 3) * 10, `k${randomInteger(random, 1, keys)}`)
  }
  const [oldest] = store.panes
  if (random.next() < 0.1 && oldest) store.drop(oldest)
  if (random.next() < 0.1 && oldest && !oldest.fired) oldest.markFired()
}

describe('window store', () => {
  it('writes what was there at the freeze, although it changes while it is written', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed)
      const store = newStore(1_000_000)
      for (let i = 0; i < 20; i++) change(store, random, 5000)
      const frozen = contentOf(store)
      const parts: SnapshotPart[] = []
      const writing = store.freeze(1).write()[Symbol.iterator]()
      for (let i = 0; i < 5; i++) change(store, random, 5000)
      for (let next = writing.next(); !next.done; next = writing.next()) {
        parts.push(next.value)
        change(store, random, 5000)
      }
      expect(contentOf(restored([parts])), `seed ${seed}`).toEqual(frozen)
    }
  })

  it('is whole in the snapshots that an incremental one names, whatever was aborted between', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed)
      const store = newStore(10)
      const files = new Map<number, SnapshotPart[]>()
      for (let checkpoint = 1; checkpoint <= 40; checkpoint++) {
        change(store, random, 100)
        const frozen = contentOf(store)
        const snapshot = store.freeze(checkpoint)
        const parts = [...snapshot.write()]
        if (random.next() < 0.2) {
          store.abort(checkpoint)
          continue
        }
        files.set(checkpoint, parts)
        store.complete(checkpoint)
        const needsFrom = snapshot.needsFrom ?? checkpoint
        const needed = [...files].filter(([id]) => id >= needsFrom).map(([, part]) => part)
        const place = `seed ${seed}, checkpoint ${checkpoint}`
        expect(contentOf(restored(needed)), place).toEqual(frozen)
        expect(needed.length, place).toBeLessThanOrEqual(chainedSnapshotsMax)
      }
    }
  })

  it('writes little when little changed', () => {
    const store = newStore(10)
    for (let key = 0; key < 8000; key++) count(store, 0, `key-${key}`)
    const sizeOf = (checkpoint: number) => {
      let size = 0
      for (const part of store.freeze(checkpoint).write()) size += part.bytes.length
      store.complete(checkpoint)
      return size
    }
    const whole = sizeOf(1)
    count(store, 0, 'key-1')
    const little = sizeOf(2)
    expect(little).toBeLessThan(whole / (rollingParts - 1))
  })

  it('restores only the key groups that are asked for', () => {
    const store = newStore(1000)
    for (let key = 0; key < 300; key++) count(store, 0, `k${key}`)
    const parts = [...store.freeze(1).write()]
    const halves = [
      { start: 0, end: 64 },
      { start: 64, end: 128 },
    ].map((keyGroups) => {
      const half = newStore(0)
      half.restore(parts, keyGroups)
      return contentOf(half)
    })
    expect(halves[0].length).toBeGreaterThan(50)
    expect(halves[1].length).toBeGreaterThan(50)
    expect(halves.flat().sort()).toEqual(contentOf(store))
  })

  it('refuses by name a window that had fired in one former subtask and not in another', () => {
    const parts = [0, 1].flatMap((subtask) => {
      const store = new WindowStore({
        state: 'windows',
        subtask,
        sizeMs: 10,
        layout,
        wholeEntriesMax: 9,
      })
      count(store, 0, `k${subtask}`)
      if (subtask === 0) store.panes[0].markFired()
      return [...store.freeze(1).write()]
    })
    expect(() => newStore(0).restore(parts, everything)).toThrow(
      'The window 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:00.010Z had fired on one worker and not on another',
    )
  })
})
