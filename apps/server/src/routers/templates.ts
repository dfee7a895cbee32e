/** `templates`: pipelines to begin with. */
import { z } from 'zod'
import type { RemovedTemplate, TemplateInfo } from '../api-types.ts'
import { procedure, router } from '../trpc.ts'

const byId = z.strictObject({ id: z.string().min(1).max(63) })

export const templatesRouter = router({
  list: procedure.query(({ ctx }): Promise<TemplateInfo[]> => ctx.services.templates.list()),
  /** Makes a pipeline from the template and deploys it. */
  start: procedure
    .input(byId)
    .mutation(
      ({ ctx, input }): Promise<{ pipeline: string; version: number }> =>
        ctx.services.templates.start(input.id),
    ),
  /** Removes what `start` made: pipelines, state, and topics that nothing else uses. */
  remove: procedure
    .input(byId)
    .mutation(
      ({ ctx, input }): Promise<RemovedTemplate> => ctx.services.templates.remove(input.id),
    ),
})
