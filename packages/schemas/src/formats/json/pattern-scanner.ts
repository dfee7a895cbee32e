/** The WebAssembly module of pattern-scanner.wat and its memory: one for each thread, used by one decoder at a time. */
import { patternScannerModule } from './pattern-scanner.gen.ts'

/** Bytes behind the data that must be zero. */
export const paddingBytes = 64

/** What to do with a value; `MISSING` has none in the record. As in the module's `br_table`. */
export const stepKind = {
  END: 0,
  MISSING: 1,
  SKIP: 2,
  TEXT: 3,
  BOOLEAN: 4,
  DOUBLE: 5,
  DECIMAL: 6,
  BIGINT: 7,
  INT: 8,
  EPOCH_MS: 9,
  EPOCH_S: 10,
  EPOCH_US: 11,
} as const

/** See the module's `run`. */
export type RunPattern = (
  steps: number,
  starts: number,
  ends: number,
  index: number,
  count: number,
  row: number,
  data: number,
  low: number,
  high: number,
  powers: number,
) => number

export interface Scanner {
  readonly memory: WebAssembly.Memory
  readonly run: RunPattern
  /** Whose steps and addresses the memory holds. */
  owner: object | null
}

let scanner: Scanner | null | undefined

/** null: this thread may not compile WebAssembly, or cannot with vectors; records are then read without it. */
export function patternScanner(): Scanner | null {
  if (scanner === undefined) scanner = instantiate()
  return scanner
}

function instantiate(): Scanner | null {
  if (typeof WebAssembly === 'undefined') return null
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(patternScannerModule))
    return {
      memory: exports.memory as WebAssembly.Memory,
      run: exports.run as RunPattern,
      owner: null,
    }
  } catch {
    return null
  }
}
