/** `pipelines`: documents, versions and their deployment. */
import { z } from 'zod'
import type {
  DeployPlan,
  DeployResult,
  PipelineDetail,
  PipelineDocument,
  PipelineEvent,
  PipelineSummary,
  SaveResult,
  Validation,
  VersionInfo,
} from '../api-types.ts'
import { procedure, router } from '../trpc.ts'
import { displayName, documentCharactersMax, documentInput, pipelineId } from './inputs.ts'
import { signalOf } from './signal.ts'

const byId = z.strictObject({ id: pipelineId })
const by = z.string().max(63).optional()
const version = z.int().min(1)

export const pipelinesRouter = router({
  list: procedure.query(({ ctx }): Promise<PipelineSummary[]> => ctx.services.pipelines.list()),
  live: procedure.subscription(
    ({ ctx, signal }): AsyncGenerator<PipelineSummary[]> =>
      ctx.services.pipelines.live(signalOf(signal)),
  ),
  events: procedure.subscription(
    ({ ctx, signal }): AsyncGenerator<PipelineEvent> =>
      ctx.services.pipelines.events(signalOf(signal)),
  ),
  get: procedure
    .input(byId)
    .query(({ ctx, input }): Promise<PipelineDetail> => ctx.services.pipelines.get(input.id)),
  create: procedure
    .input(z.strictObject({ name: displayName, document: documentInput.optional(), by }))
    .mutation(({ ctx, input }): Promise<PipelineDetail> => ctx.services.pipelines.create(input)),
  save: procedure
    .input(
      z.strictObject({
        id: pipelineId,
        document: documentInput,
        revision: z.int().min(0),
        by,
      }),
    )
    .mutation(({ ctx, input }): Promise<SaveResult> => ctx.services.pipelines.save(input)),
  rename: procedure
    .input(z.strictObject({ id: pipelineId, name: displayName }))
    .mutation(
      ({ ctx, input }): Promise<PipelineDetail> =>
        ctx.services.pipelines.rename(input.id, input.name),
    ),
  duplicate: procedure
    .input(z.strictObject({ id: pipelineId, name: displayName.optional() }))
    .mutation(
      ({ ctx, input }): Promise<PipelineDetail> =>
        ctx.services.pipelines.duplicate(input.id, input.name),
    ),
  delete: procedure
    .input(byId)
    .mutation(({ ctx, input }): Promise<void> => ctx.services.pipelines.delete(input.id)),
  validate: procedure
    .input(z.strictObject({ document: documentInput }))
    .query(
      ({ ctx, input }): Promise<Validation> => ctx.services.pipelines.validate(input.document),
    ),
  /** What a deploy of the saved draft would do. */
  plan: procedure
    .input(byId)
    .query(({ ctx, input }): Promise<DeployPlan> => ctx.services.pipelines.plan(input.id)),
  /** Deploys the saved draft of `revision`; `anew` forgets the state of the version before. */
  deploy: procedure
    .input(
      z.strictObject({
        id: pipelineId,
        revision: z.int().min(0),
        anew: z.boolean().default(false),
      }),
    )
    .mutation(({ ctx, input }): Promise<DeployResult> => ctx.services.pipelines.deploy(input)),
  start: procedure
    .input(z.strictObject({ id: pipelineId, anew: z.boolean().default(false) }))
    .mutation(
      ({ ctx, input }): Promise<DeployResult> => ctx.services.pipelines.start(input.id, input.anew),
    ),
  stop: procedure
    .input(byId)
    .mutation(({ ctx, input }): Promise<void> => ctx.services.pipelines.stop(input.id)),
  versions: procedure
    .input(byId)
    .query(({ ctx, input }): Promise<VersionInfo[]> => ctx.services.pipelines.versions(input.id)),
  version: procedure
    .input(z.strictObject({ id: pipelineId, version }))
    .query(
      ({ ctx, input }): Promise<PipelineDocument> =>
        ctx.services.pipelines.versionDocument(input.id, input.version),
    ),
  /** The draft (`version` null) or a version as the printed document. */
  export: procedure
    .input(z.strictObject({ id: pipelineId, version: version.nullable().default(null) }))
    .query(
      ({ ctx, input }): Promise<{ fileName: string; text: string }> =>
        ctx.services.pipelines.export(input.id, input.version),
    ),
  import: procedure
    .input(z.strictObject({ text: z.string().min(1).max(documentCharactersMax) }))
    .mutation(
      ({ ctx, input }): Promise<PipelineDetail> => ctx.services.pipelines.import(input.text),
    ),
})
