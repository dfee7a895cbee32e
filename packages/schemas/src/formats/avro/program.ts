/** Compiles a writer's schema and the needed columns into a tree of operations: read these values, skip the others. */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import type { ColumnSlot } from '../column-slot.ts'
import { slotKind } from '../column-slot.ts'
import type { JsonTree } from '../json/json-tree.ts'
import type { KeyNode } from '../json/key-tree.ts'
import type { AvroField, AvroRecord, AvroSchema, Logical } from './schema.ts'
import { describeSchema } from './schema.ts'

export const opcode = {
  skipNothing: 0,
  skipVarint: 1,
  skipFixed: 2,
  skipBytes: 3,
  skipArray: 4,
  skipMap: 5,
  sequence: 6,
  union: 7,
  boolean: 8,
  /** int or long into `slot` by its kind. */
  integer: 9,
  float: 10,
  double: 11,
  /** Length-prefixed text or bytes into a STRING or BYTES slot. */
  bytes: 12,
  fixedBytes: 13,
  enumeration: 14,
  /** Two's complement digits of a decimal, length-prefixed, or `size` bytes of a fixed. */
  decimal: 15,
  /** The value is null: `slots` become NULL. */
  nulls: 16,
  /** The same value for several columns. */
  several: 17,
  /** The value as JSON text into a STRING slot; times without quotes. */
  json: 18,
  /** This branch of a union does not fit the column. */
  refuse: 19,
} as const

export interface Op {
  code: number
  slot: ColumnSlot | null
  /** Fields, branches, or the item of an array or map. */
  children: Op[]
  slots: ColumnSlot[]
  /** Bytes of a fixed; -1: length-prefixed. */
  size: number
  symbols: Uint8Array[]
  /** For EPOCH and TIMESTAMP slots: the number is divided by it. Scale of a decimal. */
  scale: number
  schema: AvroSchema | null
  /** Dotted field path, for messages. */
  path: string
  /** Message of `refuse`. */
  words: string
}

/** A column that gets the same value in every row. */
export interface Constant {
  slot: ColumnSlot
  value: JsonTree
  schema: AvroSchema
}

export type Program =
  | { ok: true; root: Op; absent: ColumnSlot[]; constants: Constant[] }
  | { ok: false; path: string | null; message: string }

class Mismatch extends Error {
  readonly path: string
  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}

function op(code: number, rest: Partial<Op> = {}): Op {
  return {
    code,
    slot: null,
    children: [],
    slots: [],
    size: -1,
    symbols: [],
    scale: 0,
    schema: null,
    path: '',
    words: '',
    ...rest,
  }
}

/**
 * The program for one writer's schema. A column is found by its path in the reader's schema (if there is one), then in the
 * writer's by field name or by an alias of either side; not found there, it takes the reader's default, else NULL.
 */
export function compileProgram(
  root: KeyNode,
  writer: AvroSchema,
  reader: AvroSchema | null,
): Program {
  if (writer.is !== 'record')
    return {
      ok: false,
      path: null,
      message: `the schema is ${describeSchema(writer)}, expected a record`,
    }
  try {
    const compiler = new Compiler()
    const sequence = compiler.record(root, writer, reader?.is === 'record' ? reader : null)
    return { ok: true, root: sequence, absent: compiler.absent, constants: compiler.constants }
  } catch (thrown) {
    if (thrown instanceof Mismatch) return { ok: false, path: thrown.path, message: thrown.message }
    throw thrown
  }
}

class Compiler {
  readonly absent: ColumnSlot[] = []
  readonly constants: Constant[] = []
  private readonly skips = new Map<AvroSchema, Op>()

  record(node: KeyNode, writer: AvroRecord, reader: AvroRecord | null): Op {
    const readers = new Map<AvroField, { child: KeyNode; reader: AvroField | null }>()
    for (const child of node.children) {
      const name = decodeUtf8(child.key)
      const wanted = reader === null ? null : findField(reader, name)
      const found = findField(writer, wanted?.name ?? name, wanted?.aliases)
      if (found === null) this.missing(child, wanted)
      else if (readers.has(found))
        throw new Mismatch(child.path, `${child.path}: two columns mean the field ${found.name}`)
      else readers.set(found, { child, reader: wanted })
    }
    const children = writer.fields.map((field) => {
      const target = readers.get(field)
      return target === undefined
        ? this.skip(field.schema)
        : this.value(target.child, field.schema, target.reader?.schema ?? null)
    })
    return op(opcode.sequence, { children })
  }

  private missing(child: KeyNode, wanted: AvroField | null): void {
    for (const slot of child.slots) {
      if (wanted?.default !== undefined)
        this.constants.push({ slot, value: wanted.default, schema: wanted.schema })
      else if (slot.nullable) this.absent.push(slot)
      else
        throw new Mismatch(
          slot.path,
          `${slot.path}: the schema has no such field, expected ${slot.typeText} NOT NULL`,
        )
    }
    for (const inner of child.children) this.missing(inner, null)
  }

  private value(node: KeyNode, writer: AvroSchema, reader: AvroSchema | null): Op {
    const ops = node.slots.map((slot) => this.cell(slot, writer))
    if (node.children.length > 0) ops.push(this.nested(node, writer, reader))
    return ops.length === 1 ? ops[0] : op(opcode.several, { children: ops })
  }

  private nested(node: KeyNode, writer: AvroSchema, reader: AvroSchema | null): Op {
    if (writer.is === 'union') {
      const children = writer.branches.map((branch) =>
        branch.is === 'null'
          ? op(opcode.nulls, { slots: slotsBelow(node) })
          : this.nested(node, branch, reader),
      )
      return op(opcode.union, { children, path: node.path })
    }
    if (writer.is !== 'record')
      throw new Mismatch(
        node.path,
        `${node.path}: the schema has ${describeSchema(writer)}, expected a record`,
      )
    return this.record(node, writer, recordOf(reader))
  }

  private cell(slot: ColumnSlot, writer: AvroSchema): Op {
    if (writer.is === 'union') {
      const children = writer.branches.map((branch) => this.branch(slot, branch))
      if (children.every((child) => child.code === opcode.refuse))
        throw new Mismatch(slot.path, mismatchOf(slot, writer))
      return op(opcode.union, { children, path: slot.path })
    }
    const found = cellOp(slot, writer)
    if (found === undefined) throw new Mismatch(slot.path, mismatchOf(slot, writer))
    return found
  }

  private branch(slot: ColumnSlot, branch: AvroSchema): Op {
    if (branch.is === 'null') return op(opcode.nulls, { slots: [slot] })
    return (
      cellOp(slot, branch) ??
      op(opcode.refuse, {
        slot,
        words: `found ${describeSchema(branch)}, expected ${slot.typeText}`,
      })
    )
  }

  /** Skips are shared by schema, which also makes recursive types finite. */
  private skip(schema: AvroSchema): Op {
    const known = this.skips.get(schema)
    if (known) return known
    const made = op(opcode.skipNothing)
    this.skips.set(schema, made)
    switch (schema.is) {
      case 'null':
        break
      case 'boolean':
        return Object.assign(made, { code: opcode.skipFixed, size: 1 })
      case 'int':
      case 'long':
      case 'enum':
        return Object.assign(made, { code: opcode.skipVarint })
      case 'float':
        return Object.assign(made, { code: opcode.skipFixed, size: 4 })
      case 'double':
        return Object.assign(made, { code: opcode.skipFixed, size: 8 })
      case 'fixed':
        return Object.assign(made, { code: opcode.skipFixed, size: schema.size })
      case 'bytes':
      case 'string':
        return Object.assign(made, { code: opcode.skipBytes })
      case 'array':
        return Object.assign(made, { code: opcode.skipArray, children: [this.skip(schema.items)] })
      case 'map':
        return Object.assign(made, { code: opcode.skipMap, children: [this.skip(schema.values)] })
      case 'union':
        return Object.assign(made, {
          code: opcode.union,
          children: schema.branches.map((branch) => this.skip(branch)),
        })
      case 'record':
        return Object.assign(made, {
          code: opcode.sequence,
          children: schema.fields.map((field) => this.skip(field.schema)),
        })
    }
    return made
  }
}

function recordOf(schema: AvroSchema | null): AvroRecord | null {
  if (schema?.is === 'union')
    return recordOf(schema.branches.find((b) => b.is === 'record') ?? null)
  return schema?.is === 'record' ? schema : null
}

function slotsBelow(node: KeyNode): ColumnSlot[] {
  return node.children.flatMap((child) => [...child.slots, ...slotsBelow(child)])
}

/** By name, by an alias that the reader gives, or by an alias that the writer's own field carries. */
function findField(record: AvroRecord, name: string, aliases: string[] = []): AvroField | null {
  return (
    record.fields.find((field) => field.name === name) ??
    record.fields.find((field) => aliases.includes(field.name)) ??
    record.fields.find((field) => field.aliases.includes(name)) ??
    null
  )
}

function mismatchOf(slot: ColumnSlot, writer: AvroSchema): string {
  return `${slot.path}: the schema has ${describeSchema(writer)}, expected ${slot.typeText}`
}

/** How a value of a (non-union) schema becomes a cell; undefined: it cannot. */
function cellOp(slot: ColumnSlot, schema: AvroSchema): Op | undefined {
  const { kind } = slot
  const rest = { slot, path: slot.path, schema }
  const isBytesLike = kind === slotKind.STRING || kind === slotKind.BYTES
  switch (schema.is) {
    case 'null':
      return op(opcode.nulls, { slots: [slot] })
    case 'boolean':
      if (kind === slotKind.STRING) return op(opcode.json, rest)
      return kind === slotKind.BOOLEAN ? op(opcode.boolean, rest) : undefined
    case 'int':
    case 'long':
      if (kind === slotKind.STRING) return op(opcode.json, rest)
      return integerOp(slot, schema, schema.logical)
    case 'float':
      if (kind === slotKind.STRING) return op(opcode.json, rest)
      return kind === slotKind.DOUBLE ? op(opcode.float, rest) : undefined
    case 'double':
      if (kind === slotKind.STRING) return op(opcode.json, rest)
      return kind === slotKind.DOUBLE ? op(opcode.double, rest) : undefined
    case 'string':
      return isBytesLike ? op(opcode.bytes, rest) : undefined
    case 'bytes':
      if (schema.logical?.is === 'decimal' && kind === slotKind.DECIMAL)
        return op(opcode.decimal, { ...rest, scale: schema.logical.scale })
      if (schema.logical?.is === 'decimal' && kind === slotKind.STRING) return op(opcode.json, rest)
      return isBytesLike ? op(opcode.bytes, rest) : undefined
    case 'fixed':
      if (schema.logical?.is === 'decimal' && kind === slotKind.DECIMAL)
        return op(opcode.decimal, { ...rest, scale: schema.logical.scale, size: schema.size })
      if (schema.logical?.is === 'decimal' && kind === slotKind.STRING) return op(opcode.json, rest)
      return kind === slotKind.BYTES
        ? op(opcode.fixedBytes, { ...rest, size: schema.size })
        : undefined
    case 'enum': {
      const symbols = schema.symbols.map((symbol) => encodeUtf8(symbol))
      return kind === slotKind.STRING ? op(opcode.enumeration, { ...rest, symbols }) : undefined
    }
    default:
      return kind === slotKind.STRING ? op(opcode.json, rest) : undefined
  }
}

function integerOp(slot: ColumnSlot, schema: AvroSchema, logical: Logical | null): Op | undefined {
  const isMicros = logical?.is === 'timestamp-micros' || logical?.is === 'local-timestamp-micros'
  const isMillis = logical?.is === 'timestamp-millis' || logical?.is === 'local-timestamp-millis'
  const made = op(opcode.integer, { slot, path: slot.path, schema, scale: 1 })
  switch (slot.kind) {
    case slotKind.INT:
    case slotKind.BIGINT:
    case slotKind.DOUBLE:
    case slotKind.DECIMAL:
      return made
    case slotKind.DATE:
      return logical?.is === 'date' ? made : undefined
    case slotKind.TIMESTAMP:
      return isMillis ? made : isMicros ? Object.assign(made, { scale: 1000 }) : undefined
    case slotKind.EPOCH: {
      if (isMillis) return made
      const scale = isMicros || slot.unit === 'us' ? 1000 : slot.unit === 's' ? 0.001 : 1
      return Object.assign(made, { scale })
    }
    default:
      return undefined
  }
}
