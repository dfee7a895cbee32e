/** `templates`: pipelines to begin with. */
import { z } from 'zod'
import type { MadeByTemplates, RemovedTemplate, TemplateInfo } from '../api-types.ts'
import { procedure, router } from '../trpc.ts'
import { topicName } from './inputs.ts'

const id = z.string().min(1).max(63)
const byId = z.strictObject({ id })
const columnText = z.string().max(1000)
/** A topic in the generator's place; the template's columns by the topic's. */
const onTopic = z.strictObject({
  topic: topicName,
  columns: z.record(columnText, columnText).refine((map) => Object.keys(map).length <= 500),
})

export const templatesRouter = router({
  list: procedure.query(({ ctx }): Promise<TemplateInfo[]> => ctx.services.templates.list()),
  /** Makes a pipeline from the template and deploys it. */
  start: procedure
    .input(z.strictObject({ id, on: onTopic.optional() }))
    .mutation(
      ({ ctx, input }): Promise<{ pipeline: string; version: number }> =>
        ctx.services.templates.start(input.id, input.on),
    ),
  /** Removes what `start` made: pipelines, state, and topics that nothing else uses. */
  remove: procedure
    .input(byId)
    .mutation(
      ({ ctx, input }): Promise<RemovedTemplate> => ctx.services.templates.remove(input.id),
    ),
  /** What `removeAll` would take away. */
  made: procedure.query(({ ctx }): Promise<MadeByTemplates> => ctx.services.templates.made()),
  /** As `remove`, for all templates at once: resets the demo data. */
  removeAll: procedure.mutation(
    ({ ctx }): Promise<RemovedTemplate> => ctx.services.templates.removeAll(),
  ),
})
