/** `runs`: a job as it runs, its rows, and its history. */
import { z } from 'zod'
import type { MinuteMetrics, RunRecord, RunView, TapBatch, ViewRows } from '../api-types.ts'
import { procedure, router } from '../trpc.ts'
import { nodeId, pipelineId, portName, time } from './inputs.ts'
import { signalOf } from './signal.ts'

const byPipeline = z.strictObject({ pipeline: pipelineId })
const byNode = z.strictObject({ pipeline: pipelineId, node: nodeId })

export const runsRouter = router({
  status: procedure
    .input(byPipeline)
    .query(({ ctx, input }): Promise<RunView> => ctx.services.runs.status(input.pipeline)),
  /** At least once a second while a job exists, and at each change. */
  live: procedure
    .input(byPipeline)
    .subscription(
      ({ ctx, input, signal }): AsyncGenerator<RunView> =>
        ctx.services.runs.live(input.pipeline, signalOf(signal)),
    ),
  /** Takes a checkpoint now. */
  checkpoint: procedure
    .input(byPipeline)
    .mutation(
      ({ ctx, input }): Promise<{ id: number }> => ctx.services.runs.checkpoint(input.pipeline),
    ),
  history: procedure
    .input(byPipeline)
    .query(({ ctx, input }): Promise<RunRecord[]> => ctx.services.runs.history(input.pipeline)),
  metrics: procedure
    .input(z.strictObject({ pipeline: pipelineId, from: time, to: time }))
    .query(
      ({ ctx, input }): Promise<MinuteMetrics[]> =>
        ctx.services.runs.metrics(input.pipeline, input.from, input.to),
    ),
  /**
   * Rows of a node's output port from now on, or after a cursor. To pause without dropping: unsubscribe, keep `last`,
   * subscribe again with `after: last`; the tap stays open for a minute.
   */
  tap: procedure
    .input(
      z.strictObject({
        pipeline: pipelineId,
        node: nodeId,
        port: portName,
        after: z.int().min(0).nullable().default(null),
      }),
    )
    .subscription(
      ({ ctx, input, signal }): AsyncGenerator<TapBatch> =>
        ctx.services.runs.tap(input, signalOf(signal)),
    ),
  view: procedure
    .input(byNode)
    .query(
      ({ ctx, input }): Promise<ViewRows> => ctx.services.runs.view(input.pipeline, input.node),
    ),
  viewLive: procedure
    .input(byNode)
    .subscription(
      ({ ctx, input, signal }): AsyncGenerator<ViewRows> =>
        ctx.services.runs.viewLive(input.pipeline, input.node, signalOf(signal)),
    ),
})
