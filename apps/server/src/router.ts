/** The server's whole interface for the studio: one router per noun. */
import { pipelinesRouter } from './routers/pipelines.ts'
import { runsRouter } from './routers/runs.ts'
import { schemasRouter } from './routers/schemas.ts'
import { systemRouter } from './routers/system.ts'
import { templatesRouter } from './routers/templates.ts'
import { topicsRouter } from './routers/topics.ts'
import { createCallerFactory, router } from './trpc.ts'

export type * from './api-types.ts'

export const appRouter = router({
  pipelines: pipelinesRouter,
  runs: runsRouter,
  topics: topicsRouter,
  schemas: schemasRouter,
  templates: templatesRouter,
  system: systemRouter,
})

export type AppRouter = typeof appRouter

/** Calls procedures without HTTP, for tests. */
export const createCaller = createCallerFactory(appRouter)
