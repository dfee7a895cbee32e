/** This server for the studio: addresses, disk use, settings and the audit trail. */
import { join } from 'node:path'
import type { StudioSettings, SystemInfo } from '../api-types.ts'
import type { PipelineStore } from '../pipelines/pipeline-store.ts'
import type { SystemService } from '../services.ts'
import type { DataDirectory } from '../store/data-directory.ts'
import { Turns } from '../store/turns.ts'
import { bytesIn } from '../topics/topic-stats.ts'
import type { AuditLog } from './audit-log.ts'
import { productVersion } from './version.ts'

/** Walking the disk is not free. */
const diskMaxAgeMs = 10_000

export interface SystemOptions {
  data: DataDirectory
  store: PipelineStore
  audit: AuditLog
  templates: boolean
  /** Filled in as listeners come up. */
  addresses: { studio: string; kafka: string; registry: string }
  notes: readonly string[]
}

export function createSystemService(options: SystemOptions): SystemService {
  const startedAt = Date.now()
  const turns = new Turns()
  let disk: Promise<SystemInfo['disk']> | undefined
  let diskAt = 0
  const diskUse = () => {
    if (!disk || Date.now() - diskAt > diskMaxAgeMs) {
      diskAt = Date.now()
      disk = measure(options.data)
    }
    return disk
  }
  return {
    async info() {
      return {
        version: productVersion,
        node: process.version,
        ...options.addresses,
        dataDirectory: options.data.path,
        disk: await diskUse(),
        startedAt,
        pid: process.pid,
        memoryBytes: process.memoryUsage.rss(),
        templates: options.templates,
        notes: [...options.notes],
      }
    },
    settings: async () => options.store.model.settings,
    setSettings: (change: Partial<StudioSettings>) =>
      turns.take('settings', async () => {
        const settings = { ...options.store.model.settings, ...change }
        await options.store.write({ is: 'settings', settings })
        return settings
      }),
    audit: async (limit) => options.audit.newest(limit),
  }
}

async function measure(data: DataDirectory): Promise<SystemInfo['disk']> {
  const topicsBytes = await bytesIn(join(data.broker, 'topics'))
  const checkpointsBytes = await bytesIn(data.checkpoints)
  return { topicsBytes, checkpointsBytes, totalBytes: await bytesIn(data.path) }
}
