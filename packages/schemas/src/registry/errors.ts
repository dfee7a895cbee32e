/** The registry's refusals: HTTP status, Confluent's error code and its message (io.confluent.kafka.schemaregistry.rest.exceptions.Errors). */

export class RegistryRefusal extends Error {
  readonly status: number
  readonly errorCode: number

  constructor(status: number, errorCode: number, message: string) {
    super(message)
    this.status = status
    this.errorCode = errorCode
  }
}

const refusal = (status: number, code: number) => (message: string) =>
  new RegistryRefusal(status, code, message)

const notFound = (code: number) => refusal(404, code)
const unprocessable = (code: number) => refusal(422, code)

export const refusals = {
  badRequest: refusal(400, 400),
  noSuchPath: () => notFound(404)('HTTP 404 Not Found'),
  methodNotAllowed: () => refusal(405, 405)('HTTP 405 Method Not Allowed'),
  subjectNotFound: (subject: string) => notFound(40401)(`Subject '${subject}' not found.`),
  versionNotFound: (version: number) => notFound(40402)(`Version ${version} not found.`),
  schemaNotFound: () => notFound(40403)('Schema not found'),
  schemaIdNotFound: (id: number) => notFound(40403)(`Schema ${id} not found`),
  subjectSoftDeleted: (subject: string) =>
    notFound(40404)(
      `Subject '${subject}' was soft deleted.Set permanent=true to delete permanently`,
    ),
  subjectNotSoftDeleted: (subject: string) =>
    notFound(40405)(`Subject '${subject}' was not deleted first before being permanently deleted`),
  versionSoftDeleted: (subject: string, version: number) =>
    notFound(40406)(
      `Subject '${subject}' Version ${version} was soft deleted.Set permanent=true to delete permanently`,
    ),
  versionNotSoftDeleted: (subject: string, version: number) =>
    notFound(40407)(
      `Subject '${subject}' Version ${version} was not deleted first before being permanently deleted`,
    ),
  noSubjectLevel: (subject: string) =>
    notFound(40408)(`Subject '${subject}' does not have subject-level compatibility configured`),
  noSubjectMode: (subject: string) =>
    notFound(40409)(`Subject '${subject}' does not have subject-level mode configured`),
  incompatible: (subject: string, details: readonly string[]) =>
    refusal(
      409,
      409,
    )(
      `Schema being registered is incompatible with an earlier schema for subject "${subject}", details: [${details.join(', ')}]`,
    ),
  emptySchema: () => unprocessable(42201)('Empty schema'),
  invalidSchema: (schema: string, reason: string) =>
    unprocessable(42201)(`Invalid schema ${schema} with refs [] of type AVRO, details: ${reason}`),
  schemaTooLong: (size: number, max: number) =>
    unprocessable(42209)(
      `Invalid schema: it has ${size} characters, at most ${max} are registered`,
    ),
  unsupportedType: (type: string) =>
    unprocessable(42201)(`Invalid schema type ${type}. This registry supports AVRO only so far.`),
  unsupportedReferences: () =>
    unprocessable(42201)(
      'Schema references are not supported by this registry. Send the schema with its named types inside.',
    ),
  invalidVersion: (version: string) =>
    unprocessable(42202)(
      `The specified version '${version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
    ),
  invalidLevel: () =>
    unprocessable(42203)(
      'Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive',
    ),
  notInImportMode: (subject: string) =>
    unprocessable(42205)(`Subject ${subject} is not in import mode`),
  tooManyWrites: (max: number) =>
    refusal(503, 50301)(`The registry has ${max} writes waiting. Try again in a moment.`),
  storeFailed: (reason: string) =>
    refusal(500, 50001)(`Error in the backend data store: ${reason}`),
}
