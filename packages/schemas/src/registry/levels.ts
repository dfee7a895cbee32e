/** What a compatibility level asks for, and the registry's own words for what breaks it. */
import type { AvroSchema } from '../formats/avro/schema.ts'
import type { CompatibilityLevel, Incompatibility, RegisteredSchema } from './api.ts'
import { compatibilityLevels } from './api.ts'
import { incompatibilities } from './compatibility.ts'

/** A version to compare with, parsed. */
export interface EarlierVersion extends RegisteredSchema {
  parsed: AvroSchema
}

export function isLevel(text: unknown): text is CompatibilityLevel {
  return compatibilityLevels.some((level) => level === text)
}

/** The versions that a level looks at, newest first. */
export function comparedVersions(
  level: CompatibilityLevel,
  versions: readonly EarlierVersion[],
): EarlierVersion[] {
  if (level === 'NONE' || versions.length === 0) return []
  const newestFirst = versions.toReversed()
  return level.endsWith('_TRANSITIVE') ? newestFirst : newestFirst.slice(0, 1)
}

/** Messages as the registry gives them; none: the new schema may be registered. Stops at the first version that it breaks. */
export function levelProblems(
  level: CompatibilityLevel,
  next: AvroSchema,
  versions: readonly EarlierVersion[],
): string[] {
  for (const version of versions) {
    const problems = problemsWith(level, next, version.parsed)
    if (problems.length === 0) continue
    return [
      ...problems,
      `{oldSchemaVersion: ${version.version}}`,
      `{oldSchema: '${version.schema}'}`,
      `{validateFields: 'false', compatibility: '${level}'}`,
    ]
  }
  return []
}

function problemsWith(level: CompatibilityLevel, next: AvroSchema, old: AvroSchema): string[] {
  const messages: string[] = []
  if (level.startsWith('BACKWARD') || level.startsWith('FULL'))
    messages.push(...incompatibilities(next, old).map((one) => wordsOf(one, 'new', 'old')))
  if (level.startsWith('FORWARD') || level.startsWith('FULL'))
    messages.push(...incompatibilities(old, next).map((one) => wordsOf(one, 'old', 'new')))
  return messages
}

/** As Confluent's AvroSchema renders an incompatibility. */
function wordsOf(one: Incompatibility, reader: string, writer: string): string {
  return `{errorType:'${one.type}', description:'${describe(one, reader, writer)}', additionalInfo:'${one.info}'}`
}

function describe(one: Incompatibility, reader: string, writer: string): string {
  switch (one.type) {
    case 'FIXED_SIZE_MISMATCH':
      return `The size of FIXED type field at path '${one.path}' in the ${reader} schema does not match with the ${writer} schema`
    case 'TYPE_MISMATCH':
      return `The type (path '${one.path}') of a field in the ${reader} schema does not match with the ${writer} schema`
    case 'NAME_MISMATCH':
      return `The name of the schema has changed (path '${one.path}')`
    case 'MISSING_ENUM_SYMBOLS':
      return `The ${reader} schema is missing enum symbols '${one.info}' at path '${one.path}' in the ${writer} schema`
    case 'MISSING_UNION_BRANCH':
      return `The ${reader} schema is missing a type inside a union field at path '${one.path}' in the ${writer} schema`
    case 'READER_FIELD_MISSING_DEFAULT_VALUE':
      return `The field '${one.info}' at path '${one.path}' in the ${reader} schema has no default value and is missing in the ${writer} schema`
  }
}
