/** The keyed state of a process function: encoded values and timers by key, kept by the engine, lent to the code. */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import type { KeyState, TimerDomain } from '@millrace/engine/code'
import { stateNames } from '@millrace/engine/plan'
import type { KeyBytes, RestoredState, Snapshot, SnapshotPart } from '@millrace/engine/runtime'
import { ByteReader, ByteWriter, snapshotPartBytes } from '@millrace/engine/runtime'
import { TimerQueue } from './timer-queue.ts'

const noState: KeyState = Object.freeze({})

export interface CodeKeysOptions {
  groupOf(key: KeyBytes): number
  keyGroups: { start: number; end: number }
}

export class CodeKeys {
  readonly timers: Readonly<Record<TimerDomain, TimerQueue>> = {
    event: new TimerQueue(),
    processing: new TimerQueue(),
  }
  private readonly values = new Map<string, KeyState>()
  private readonly options: CodeKeysOptions
  private valueCharacters = 0

  constructor(options: CodeKeysOptions, restored: RestoredState | null) {
    this.options = options
    for (const part of restored ?? []) this.restore(part)
  }

  /** Approximate: text is counted as two bytes a character. */
  get stateBytes(): number {
    const timers = this.timers.event.size + this.timers.processing.size
    return this.valueCharacters * 2 + this.values.size * 64 + timers * 48
  }

  get keyCount(): number {
    return this.values.size
  }

  stateOf(key: string): KeyState {
    return this.values.get(key) ?? noState
  }

  /** Sets (or with null clears) one value; what was lent out before is not changed. */
  put(key: string, name: string, value: string | null): void {
    const { [name]: old, ...others } = this.stateOf(key)
    this.valueCharacters += (value?.length ?? 0) - (old?.length ?? 0)
    const next = value === null ? others : { ...others, [name]: value }
    if (Object.keys(next).length === 0) this.values.delete(key)
    else this.values.set(key, next)
  }

  /** Values are immutable once stored, so freezing copies references only. */
  freeze(): Snapshot {
    const values = [...this.values]
    const timers = (['event', 'processing'] as const).map((domain) => [
      ...this.timers[domain].entries(),
    ])
    const groupOf = (key: string) => this.groupOf(key)
    return {
      *write() {
        yield* keyedParts(stateNames.values, values, groupOf, ([, state]) =>
          encodeUtf8(JSON.stringify(state)),
        )
        for (const [domain, entries] of timers.entries()) {
          const pairs = entries.map(({ key, time }): [string, number] => [key, time])
          yield* keyedParts(stateNames.timers, pairs, groupOf, ([, time]) =>
            timerBytes(domain, time),
          )
        }
      },
    }
  }

  private groupOf(key: string): number {
    const data = keyBytesOf(key)
    return this.options.groupOf({ data, start: 0, end: data.length })
  }

  private restore(part: SnapshotPart): void {
    if (part.state !== stateNames.values && part.state !== stateNames.timers) return
    if (part.keyGroup < this.options.keyGroups.start || part.keyGroup >= this.options.keyGroups.end)
      return
    const reader = new ByteReader(part.bytes)
    while (!reader.atEnd) {
      const key = keyText(reader.sized())
      const entry = reader.sized()
      if (part.state === stateNames.values) this.restoreValues(key, entry)
      else {
        const timer = new ByteReader(entry)
        this.timers[timer.u8() === 0 ? 'event' : 'processing'].set(key, timer.f64())
      }
    }
  }

  private restoreValues(key: string, entry: Uint8Array): void {
    const state = JSON.parse(decodeUtf8(entry)) as KeyState
    for (const [name, value] of Object.entries(state)) this.put(key, name, value)
  }
}

/** A key's bytes as text, one character a byte: what maps are keyed by. */
export function keyText(data: Uint8Array, start = 0, end = data.length): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(data[i])
  return text
}

export function keyBytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

function timerBytes(domain: number, time: number): Uint8Array {
  const writer = new ByteWriter(16)
  writer.u8(domain)
  writer.f64(time)
  return writer.take()
}

/** Entries by key group, in parts of bounded size. */
function* keyedParts<V>(
  state: string,
  entries: readonly [string, V][],
  groupOf: (key: string) => number,
  encode: (entry: [string, V]) => Uint8Array,
): Iterable<SnapshotPart> {
  const byGroup = new Map<number, [string, V][]>()
  for (const entry of entries) {
    const group = groupOf(entry[0])
    const list = byGroup.get(group)
    if (list) list.push(entry)
    else byGroup.set(group, [entry])
  }
  for (const [keyGroup, list] of byGroup) {
    const writer = new ByteWriter()
    for (const entry of list) {
      writer.sized(keyBytesOf(entry[0]))
      writer.sized(encode(entry))
      if (writer.length >= snapshotPartBytes) yield { state, keyGroup, bytes: writer.take() }
    }
    if (writer.length > 0) yield { state, keyGroup, bytes: writer.take() }
  }
}
