/** What the pipeline service asks of the compiler; made real in `engine-compiler.ts`. */
import type { PhysicalPlan, Problem } from '@millrace/engine/plan'
import type { PipelineDocument } from '@millrace/schemas'
import type { KnownTopic, Validation } from '../api-types.ts'

export type CompileResult = { ok: true; plan: PhysicalPlan } | { ok: false; problems: Problem[] }

export interface Compiler {
  /** Brings the configs of older versions up to date. */
  migrate(document: PipelineDocument): PipelineDocument
  validate(document: PipelineDocument, topics: readonly KnownTopic[]): Validation
  /** The plan as it is stored with the version: user code is emitted. */
  compile(
    document: PipelineDocument,
    options: { version: number; topics: readonly KnownTopic[] },
  ): Promise<CompileResult>
}
