/** Why a level forbids a schema, for people: against which version, whose consumers break, the field, and what would mend it. */
import { parseAvroSchema } from '../formats/avro/parse-schema.ts'
import type {
  CompatibilityLevel,
  Incompatibility,
  IncompatibilityType,
  LevelProblem,
  RegisteredSchema,
} from './api.ts'
import { incompatibilities } from './compatibility.ts'
import { comparedVersions } from './levels.ts'

/** Every reason, of every version that the level compares; empty: the level allows it (or `text` is no schema). */
export function describeLevelProblems(
  level: CompatibilityLevel,
  text: string,
  versions: readonly RegisteredSchema[],
): LevelProblem[] {
  const next = parseAvroSchema(text)
  if (!next.ok) return []
  const parsed = versions.flatMap((version) => {
    const schema = parseAvroSchema(version.schema)
    return schema.ok ? [{ ...version, parsed: schema.schema }] : []
  })
  return comparedVersions(level, parsed).flatMap((old) => {
    const name = `v${old.version}`
    const found: LevelProblem[] = []
    const add = (breaks: LevelProblem['breaks'], list: readonly Incompatibility[]) => {
      for (const { type, field, message } of list)
        found.push({
          version: old.version,
          breaks,
          rule: type,
          field,
          message,
          mend: mendOf(type, breaks),
        })
    }
    if (!level.startsWith('FORWARD'))
      add(
        'new-readers',
        incompatibilities(next.schema, old.parsed, { reader: 'new', writer: name }),
      )
    if (!level.startsWith('BACKWARD'))
      add(
        'old-readers',
        incompatibilities(old.parsed, next.schema, { reader: name, writer: 'new' }),
      )
    return found
  })
}

function mendOf(type: IncompatibilityType, breaks: LevelProblem['breaks']): string {
  const isNew = breaks === 'new-readers'
  switch (type) {
    case 'READER_FIELD_MISSING_DEFAULT_VALUE':
      return isNew
        ? 'Give the new field a "default".'
        : 'Keep the field: consumers of the old version need it and have no default for it.'
    case 'TYPE_MISMATCH':
      return isNew
        ? 'Keep the type, or widen it only: int to long, float or double; long to float or double; float to double.'
        : 'Keep the type: consumers of the old version read only it, or a narrower one. Or add a field of the new type.'
    case 'MISSING_UNION_BRANCH':
      return isNew ? 'Keep the type in the union.' : 'Take the added type out of the union.'
    case 'MISSING_ENUM_SYMBOLS':
      return isNew
        ? 'Keep the symbols, or give the enum a "default" symbol.'
        : 'Take the added symbols out: the old enum has no default symbol that would stand for them.'
    case 'NAME_MISMATCH':
      return isNew ? 'Keep the name, or add the old one to "aliases".' : 'Keep the name.'
    case 'FIXED_SIZE_MISMATCH':
      return 'Keep the size, or add a field of the new size.'
  }
}
