/** Input schemas that several routers share, each with its limits. */
import { z } from 'zod'

/** Most bytes of UTF-16 text that an import, a document or a schema may have. */
export const importCharactersMax = 20_000_000
export const documentCharactersMax = 4_000_000
export const schemaCharactersMax = 1_000_000

const idOf = (what: string) =>
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, `is no ${what} id: 1 to 63 of a-z, 0-9 and -`)

export const pipelineId = idOf('pipeline')
export const nodeId = idOf('node')
export const portName = z.string().min(1).max(63)
export const displayName = z.string().trim().min(1).max(120)
/** As Kafka's Topic.validate. */
export const topicName = z
  .string()
  .regex(/^[a-zA-Z0-9._-]{1,249}$/, 'is no topic name: 1 to 249 letters, digits, dots, _ and -')
  .refine((name) => name !== '.' && name !== '..', 'cannot be "." or ".."')
export const subjectName = z.string().min(1).max(255)
export const partition = z.int().min(0).max(9999)
export const offset = z.int().min(0)
export const time = z.int().min(-8_640_000_000_000_000).max(8_640_000_000_000_000)
/** Checked by `parseDocument`, so that refusals name node and field. */
export const documentInput = z.unknown()
export const cursor = z.record(z.string().regex(/^\d{1,4}$/), z.int().min(0))
