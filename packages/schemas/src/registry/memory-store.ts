/** A registry store in memory: for the browser's preview, the simulator and tests. */
import type { RegistryRecord, RegistryStore } from './api.ts'

export interface MemoryRegistryStore extends RegistryStore {
  /** Everything appended so far, oldest first. */
  readonly records: readonly RegistryRecord[]
}

export function memoryRegistryStore(initial: readonly RegistryRecord[] = []): MemoryRegistryStore {
  const records = [...initial]
  return {
    records,
    load: () => Promise.resolve([...records]),
    append: (more) => {
      records.push(...more)
      return Promise.resolve()
    },
  }
}
