/** `schemas`: the registry, as the studio sees it. */
import { z } from 'zod'
import type {
  CompatibilityAnswer,
  CompatibilityLevel,
  DeletedVersions,
  SchemaRehearsal,
  SchemaVersion,
  SubjectSummary,
} from '../api-types.ts'
import { procedure, router } from '../trpc.ts'
import { schemaCharactersMax, subjectName } from './inputs.ts'

const bySubject = z.strictObject({ subject: subjectName })
const withSchema = z.strictObject({
  subject: subjectName,
  schema: z.string().min(1).max(schemaCharactersMax),
})
const level = z.enum([
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
])
const subjectOrGlobal = z.strictObject({ subject: subjectName.nullable().default(null) })

export const schemasRouter = router({
  subjects: procedure.query(
    ({ ctx }): Promise<SubjectSummary[]> => ctx.services.schemas.subjects(),
  ),
  versions: procedure
    .input(bySubject)
    .query(
      ({ ctx, input }): Promise<SchemaVersion[]> => ctx.services.schemas.versions(input.subject),
    ),
  register: procedure
    .input(withSchema)
    .mutation(
      ({ ctx, input }): Promise<SchemaVersion> =>
        ctx.services.schemas.register(input.subject, input.schema),
    ),
  delete: procedure
    .input(
      z.strictObject({
        subject: subjectName,
        version: z.int().min(1).nullable().default(null),
        permanent: z.boolean().default(false),
      }),
    )
    .mutation(
      ({ ctx, input }): Promise<DeletedVersions> =>
        ctx.services.schemas.delete(input.subject, input.version, input.permanent),
    ),
  /** Would `register` accept it? A mutation, as a schema may be longer than an address. */
  compatibility: procedure
    .input(withSchema)
    .mutation(
      ({ ctx, input }): Promise<CompatibilityAnswer> =>
        ctx.services.schemas.test(input.subject, input.schema),
    ),
  /** Would consumers with it read what the topic has? A mutation for the same reason. */
  rehearse: procedure
    .input(withSchema)
    .mutation(
      ({ ctx, input }): Promise<SchemaRehearsal> =>
        ctx.services.schemas.rehearse(input.subject, input.schema),
    ),
  config: procedure
    .input(subjectOrGlobal)
    .query(
      ({ ctx, input }): Promise<CompatibilityLevel> => ctx.services.schemas.config(input.subject),
    ),
  setConfig: procedure
    .input(subjectOrGlobal.extend({ level: level.nullable() }))
    .mutation(
      ({ ctx, input }): Promise<CompatibilityLevel> =>
        ctx.services.schemas.setConfig(input.subject, input.level),
    ),
})
