/** Bugs that people make in logs and coordinators, planted from outside: each must be caught. */
import { type Fs, readFileSync } from '@millrace/base'
import type { LogManager, PartitionLog } from '@millrace/broker/log'
import { type Crc32c, viewOf } from '@millrace/broker/records'
import type { ScenarioDefinition } from '../scenario.ts'
import { wrapFs, wrapHandle } from './crash-disk.ts'
import { type BrokerParts, crc32c } from './parts.ts'

type Bug = ScenarioDefinition<BrokerParts>['bugs'][number]

/** A log manager whose partitions have some properties exchanged; the log itself is as it was. */
function wrapPartitions(
  logs: LogManager,
  change: (log: PartitionLog) => Partial<PartitionLog>,
  concerns: (topic: string) => boolean = () => true,
): LogManager {
  const wrapped = new Map<PartitionLog, PartitionLog>()
  const wrap = (log: PartitionLog): PartitionLog => {
    const known = wrapped.get(log)
    if (known) return known
    const changes = change(log)
    const proxy = new Proxy(log, {
      get(target, name) {
        if (Object.hasOwn(changes, name)) return Reflect.get(changes, name)
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    wrapped.set(log, proxy)
    return proxy
  }
  return new Proxy(logs, {
    get(target, name) {
      if (name === 'partition') {
        return (topic: string, partition: number) => {
          const log = target.partition(topic, partition)
          return log && concerns(topic) ? wrap(log) : log
        }
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function withFs(name: string, change: (disk: Fs) => Partial<Fs>): Bug {
  return {
    name,
    apply: (parts) => ({ ...parts, fs: (disk) => wrapFs(disk, change(disk)) }),
  }
}

function withPartitions(name: string, change: (log: PartitionLog) => Partial<PartitionLog>): Bug {
  return {
    name,
    apply: (parts) => ({ ...parts, logs: (logs) => wrapPartitions(logs, change) }),
  }
}

const skippedFsync = withFs('a skipped fsync', (disk) => ({
  openSync: (path, mode) => {
    const file = disk.openSync(path, mode)
    return path.endsWith('.log') && path.includes('/topics/')
      ? wrapHandle(file, { sync: async () => undefined })
      : file
  },
}))

const skippedDirectorySync = withFs('a new segment without a directory sync', () => ({
  syncDirectorySync: () => undefined,
}))

const acknowledgedBeforeSync = withPartitions('acknowledged before the sync', () => ({
  isSafe: () => true,
  whenSafe: () => Promise.resolve(),
}))

const highWatermarkOffByOne = withPartitions('an off-by-one high watermark', (log) => ({
  isSafe: (offset) => log.isSafe(offset - 1),
  whenSafe: (offset) => log.whenSafe(offset - 1),
}))

/** Shows what is written instead of what is safe. */
const readBeyondHighWatermark: Bug = withPartitions('reads beyond the high watermark', (log) => ({
  get highWatermark() {
    return log.logEnd
  },
  read: (offset, options) => {
    const store = Reflect.get(log, 'store') as {
      read(offset: number, window: object): Uint8Array
    }
    const result = log.read(Math.min(offset, log.highWatermark), options)
    if (result.error !== 'NONE') return result
    const window = { maxBytes: options.maxBytes, upTo: log.logEnd, atLeastOneBatch: true }
    return { ...result, bytes: store.read(offset, window) }
  },
}))

/** Both checked files and batches keep their checksum in the four bytes before what it covers. */
const believedChecksum: Crc32c = (bytes) => {
  if (bytes.byteOffset < 4) return crc32c(bytes)
  return new DataView(bytes.buffer, bytes.byteOffset - 4).getUint32(0)
}

const recoveryWithoutCrc: Bug = {
  name: 'recovery without checksums',
  apply: (parts) => ({ ...parts, crc32c: believedChecksum }),
}

const producersNotRestored: Bug = {
  name: 'producer state not restored',
  apply: (parts) => ({
    ...parts,
    logs: (logs) =>
      wrapPartitions(logs, (log) => {
        const states = Reflect.get(log, 'producers') as object
        Reflect.set(log, 'producers', new (states.constructor as new () => object)())
        return {}
      }),
  }),
}

const noTruncation = withFs('recovery that does not truncate', (disk) => ({
  openSync: (path, mode) => {
    const file = disk.openSync(path, mode)
    return path.endsWith('.log') ? wrapHandle(file, { truncateSync: () => undefined }) : file
  },
}))

/** The index of another day: as if it were believed without its checksum and without a look at the log. */
const indexTrusted = withFs('an index trusted after a crash', (disk) => ({
  openSync: (path, mode) => {
    const file = disk.openSync(path, mode)
    if (!path.endsWith('.index') || mode !== 'read') return file
    const stored = readFileSync(disk, path)
    const forged = stored && shiftedIndex(stored)
    if (!forged) return file
    return wrapHandle(file, {
      readSync: (position, size) => forged.slice(position, position + size),
    })
  },
}))

/** Entries of an index file, all but the last, with offsets that lie one too low. */
function shiftedIndex(stored: Uint8Array): Uint8Array | undefined {
  const headSize = 8 + 28
  const entrySize = 20
  if (stored.length < headSize + 2 * entrySize) return undefined
  const forged = stored.slice()
  const view = viewOf(forged)
  for (let at = headSize; at + 2 * entrySize <= forged.length; at += entrySize) {
    view.setFloat64(at, Math.max(0, view.getFloat64(at) - 20))
  }
  view.setUint32(4, crc32c(forged.subarray(8)))
  return forged
}

export const produceBugs: readonly Bug[] = [
  skippedFsync,
  skippedDirectorySync,
  acknowledgedBeforeSync,
  highWatermarkOffByOne,
  readBeyondHighWatermark,
  recoveryWithoutCrc,
  producersNotRestored,
  noTruncation,
  indexTrusted,
]

const committedBeforeDurable = withPartitions(
  'an offset commit answered before it is durable',
  () => ({
    isSafe: () => true,
  }),
)

const loadEndsEarly = withPartitions('a load that ends one record early', (log) => ({
  get highWatermark() {
    return Math.max(0, log.highWatermark - 1)
  },
}))

export const groupBugs: readonly Bug[] = [skippedFsync, committedBeforeDurable, loadEndsEarly]

const metadataNotSynced = withFs('topic metadata that is not synced', (disk) => ({
  openSync: (path, mode) => {
    const file = disk.openSync(path, mode)
    return path.endsWith('metadata.log') ? wrapHandle(file, { syncSync: () => undefined }) : file
  },
}))

/** Producer ids from where this process began, as if the block handed out before were not stored. */
const producerIdsAgain: Bug = {
  name: 'producer ids given again after a restart',
  apply: (parts) => ({
    ...parts,
    logs: (logs) => {
      let next = 0
      return new Proxy(logs, {
        get(target, name) {
          if (name === 'allocateProducerId') return () => next++
          const value: unknown = Reflect.get(target, name, target)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    },
  }),
}

export const topicBugs: readonly Bug[] = [metadataNotSynced, producerIdsAgain, skippedFsync]
