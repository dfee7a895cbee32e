/** `system`: this server, its addresses and settings. */
import { pipelineSettings } from '@millrace/schemas'
import { z } from 'zod'
import type { AuditEntry, StudioSettings, SystemInfo } from '../api-types.ts'
import { procedure, router } from '../trpc.ts'

export const studioSettings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  clock: z.enum(['local', 'utc']),
  motion: z.enum(['system', 'reduced']),
  dismissed: z.array(z.string().max(63)).max(100),
  shortcuts: z
    .record(z.string().max(63), z.array(z.string().min(1).max(63)).max(4))
    .refine((map) => Object.keys(map).length <= 200),
  newPipeline: pipelineSettings,
})

export const systemRouter = router({
  info: procedure.query(({ ctx }): Promise<SystemInfo> => ctx.services.system.info()),
  settings: procedure.query(({ ctx }): Promise<StudioSettings> => ctx.services.system.settings()),
  /** Changes those that are given; answers all. */
  setSettings: procedure
    .input(studioSettings.partial())
    .mutation(({ ctx, input }): Promise<StudioSettings> => ctx.services.system.setSettings(input)),
  audit: procedure
    .input(z.strictObject({ limit: z.int().min(1).max(1000).default(200) }).default({ limit: 200 }))
    .query(({ ctx, input }): Promise<AuditEntry[]> => ctx.services.system.audit(input.limit)),
})
