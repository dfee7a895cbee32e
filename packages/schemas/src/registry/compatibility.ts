/**
 * Can a reader's schema read what a writer's schema wrote? The rules of Avro's schema resolution, as in
 * org.apache.avro.SchemaCompatibility; every reason is found, not only the first.
 */
import type { AvroRecord, AvroSchema } from '../formats/avro/schema.ts'
import { describeSchema, shortName } from '../formats/avro/schema.ts'
import type { Incompatibility, IncompatibilityType } from './api.ts'

/** How messages call the two schemas. */
export interface Roles {
  reader: string
  writer: string
}

const promotions: Partial<Record<AvroSchema['is'], readonly AvroSchema['is'][]>> = {
  long: ['int'],
  float: ['int', 'long'],
  double: ['int', 'long', 'float'],
  bytes: ['string'],
  string: ['bytes'],
}

/** Reasons why `reader` cannot read the data of `writer`; none: it can. */
export function incompatibilities(
  reader: AvroSchema,
  writer: AvroSchema,
  roles: Roles = { reader: 'new', writer: 'old' },
): Incompatibility[] {
  const checker = new Checker(roles)
  checker.check(reader, writer, { pointer: '', field: '' })
  return checker.found
}

interface Place {
  pointer: string
  field: string
}

function inside(place: Place, pointer: string, field = ''): Place {
  const joined = field === '' ? place.field : place.field === '' ? field : `${place.field}.${field}`
  return { pointer: `${place.pointer}/${pointer}`, field: joined }
}

class Checker {
  readonly found: Incompatibility[] = []
  private readonly roles: Roles
  /** Pairs that are being checked, or were: recursion takes them for compatible. */
  private readonly seen = new Map<AvroSchema, Set<AvroSchema>>()

  constructor(roles: Roles) {
    this.roles = roles
  }

  check(reader: AvroSchema, writer: AvroSchema, place: Place): void {
    if (this.wasSeen(reader, writer)) return
    if (writer.is === 'union') {
      this.checkWriterUnion(reader, writer.branches, place)
      return
    }
    if (reader.is === 'union') {
      if (!reader.branches.some((branch) => this.canRead(branch, writer)))
        this.missingBranch(writer, place)
      return
    }
    if (reader.is !== writer.is) {
      if (!promotions[reader.is]?.includes(writer.is)) this.typeMismatch(reader, writer, place)
      return
    }
    this.checkSameKind(reader, writer, place)
  }

  private checkSameKind(reader: AvroSchema, writer: AvroSchema, place: Place): void {
    if (reader.is === 'array' && writer.is === 'array')
      this.check(reader.items, writer.items, inside(place, 'items'))
    else if (reader.is === 'map' && writer.is === 'map')
      this.check(reader.values, writer.values, inside(place, 'values'))
    else if (reader.is === 'fixed' && writer.is === 'fixed') {
      this.checkName(reader, writer, place)
      if (reader.size !== writer.size)
        this.add(
          'FIXED_SIZE_MISMATCH',
          inside(place, 'size'),
          `expected: ${writer.size}, found: ${reader.size}`,
          `has size ${writer.size} in the ${this.roles.writer} schema and ${reader.size} in the ${this.roles.reader} one`,
        )
    } else if (reader.is === 'enum' && writer.is === 'enum') {
      this.checkName(reader, writer, place)
      const missing = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
      if (missing.length > 0 && reader.default === null)
        this.add(
          'MISSING_ENUM_SYMBOLS',
          inside(place, 'symbols'),
          `[${missing.join(', ')}]`,
          `lacks the ${missing.length === 1 ? 'symbol' : 'symbols'} ${missing.join(', ')} of the ${this.roles.writer} schema and has no default symbol`,
        )
    } else if (reader.is === 'record' && writer.is === 'record') {
      this.checkName(reader, writer, place)
      this.checkFields(reader, writer, place)
    }
  }

  /** Every branch that may have been written must be readable. */
  private checkWriterUnion(
    reader: AvroSchema,
    branches: readonly AvroSchema[],
    place: Place,
  ): void {
    branches.forEach((branch, index) => {
      if (reader.is !== 'union') this.check(reader, branch, place)
      else if (!reader.branches.some((candidate) => this.canRead(candidate, branch)))
        this.missingBranch(branch, inside(place, String(index)))
    })
  }

  private checkFields(reader: AvroRecord, writer: AvroRecord, place: Place): void {
    reader.fields.forEach((field, index) => {
      const written =
        writer.fields.find((one) => one.name === field.name) ??
        writer.fields.find((one) => field.aliases.includes(one.name))
      const at = inside(place, `fields/${index}`, field.name)
      if (written)
        this.check(field.schema, written.schema, { ...at, pointer: `${at.pointer}/type` })
      else if (field.default === undefined)
        this.add(
          'READER_FIELD_MISSING_DEFAULT_VALUE',
          at,
          field.name,
          `is missing in the ${this.roles.writer} schema and has no default in the ${this.roles.reader} one`,
        )
    })
  }

  private checkName(
    reader: { name: string; aliases: string[] },
    writer: { name: string },
    place: Place,
  ): void {
    if (shortName(reader.name) === shortName(writer.name)) return
    if (reader.aliases.includes(writer.name)) return
    this.add(
      'NAME_MISMATCH',
      inside(place, 'name'),
      `expected: ${writer.name}`,
      `is named ${writer.name} in the ${this.roles.writer} schema and ${reader.name} in the ${this.roles.reader} one`,
    )
  }

  private canRead(reader: AvroSchema, writer: AvroSchema): boolean {
    const attempt = new Checker(this.roles)
    for (const [key, values] of this.seen) attempt.seen.set(key, new Set(values))
    attempt.check(reader, writer, { pointer: '', field: '' })
    return attempt.found.length === 0
  }

  private typeMismatch(reader: AvroSchema, writer: AvroSchema, place: Place): void {
    this.add(
      'TYPE_MISMATCH',
      place,
      `reader type: ${reader.is.toUpperCase()} not compatible with writer type: ${writer.is.toUpperCase()}`,
      `is ${describeSchema(writer)} in the ${this.roles.writer} schema and ${describeSchema(reader)} in the ${this.roles.reader} one`,
    )
  }

  private missingBranch(writer: AvroSchema, place: Place): void {
    this.add(
      'MISSING_UNION_BRANCH',
      place,
      `reader union lacking writer type: ${writer.is.toUpperCase()}`,
      `may be ${describeSchema(writer)} in the ${this.roles.writer} schema, which the ${this.roles.reader} one does not take`,
    )
  }

  private add(type: IncompatibilityType, place: Place, info: string, words: string): void {
    const subject = place.field === '' ? 'The schema' : `The field ${place.field}`
    this.found.push({
      type,
      path: place.pointer === '' ? '/' : place.pointer,
      field: place.field,
      info,
      message: `${subject} ${words}.`,
    })
  }

  private wasSeen(reader: AvroSchema, writer: AvroSchema): boolean {
    const writers = this.seen.get(reader)
    if (writers?.has(writer)) return true
    if (writers) writers.add(writer)
    else this.seen.set(reader, new Set([writer]))
    return false
  }
}
