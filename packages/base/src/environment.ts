/** Clock, randomness, scheduling and transport, passed as arguments so that a run can be replayed from one seed. */

export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number
  /** Never goes back; milliseconds with a fraction, arbitrary zero. */
  monotonic(): number
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform in [0, 2^32). */
  uint32(): number
}

/** Ends a scheduled call that has not run yet; harmless afterwards. */
export type Cancel = () => void

export interface Scheduler {
  /** Runs `task` once, at least `delayMs` milliseconds from now. */
  after(delayMs: number, task: () => void): Cancel
  /** Runs `task` as soon as pending I/O had its turn. */
  soon(task: () => void): Cancel
}

/** A stream of bytes to a peer; `onData` hands out each chunk once. */
export interface Connection {
  send(bytes: Uint8Array): void
  onData(listener: (bytes: Uint8Array) => void): void
  onClose(listener: (cause?: Error) => void): void
  close(): void
}

export interface Transport {
  connect(host: string, port: number): Promise<Connection>
}

export interface Environment {
  clock: Clock
  random: Random
  scheduler: Scheduler
}

/** Resolves after `delayMs` of the scheduler's time. */
export function delay(scheduler: Scheduler, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    scheduler.after(delayMs, resolve)
  })
}
