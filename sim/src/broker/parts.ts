/** What the broker's scenarios are built of: the production classes, and the places where a bug can be planted. */
import { type Fs, type Random, VirtualTime } from '@millrace/base'
import { nodeClientParts } from '@millrace/broker/host-node'
import {
  type LogEnvironment,
  type LogManager,
  type LogManagerOptions,
  openLogManager,
} from '@millrace/broker/log'
import type { Crc32c } from '@millrace/broker/records'

const clientParts = await nodeClientParts()
export const codecs: LogEnvironment['codecs'] = clientParts.codecs
export const crc32c: Crc32c = clientParts.crc32c

export interface BrokerParts {
  /** Around the disk of each incarnation. */
  fs(disk: Fs): Fs
  /** Used by the log; producers use the right one. */
  crc32c: Crc32c
  /** Around the log manager of each incarnation. */
  logs(logs: LogManager): LogManager
}

export const soundParts: BrokerParts = { fs: (disk) => disk, crc32c, logs: (logs) => logs }

/** One life of the process on `disk`. */
export function startLogs(
  parts: BrokerParts,
  world: { disk: Fs; random: Random; startMs: number },
  options: Partial<LogManagerOptions>,
): { logs: LogManager; time: VirtualTime; fs: Fs } {
  const time = new VirtualTime(world.startMs)
  const fs = parts.fs(world.disk)
  const environment = {
    fs,
    clock: time,
    scheduler: time,
    random: world.random,
    codecs,
    crc32c: parts.crc32c,
  }
  const logs = parts.logs(openLogManager({ environment, directory: 'data', ...options }))
  return { logs, time, fs }
}

/** Lets up to `turns` rounds of promises settle: fewer than a sync takes leave it under way. */
export async function turn(turns: number): Promise<void> {
  for (let count = 0; count < turns; count++) await Promise.resolve()
}

/** Enough for everything that can settle. */
export const allTurns = 60
