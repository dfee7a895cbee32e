/** Avro records straight into columns: a program for each writer's schema reads what is needed and steps over the rest. */
import { AppError, displayUtf8, encodeUtf8 } from '@millrace/base'
import type { Column } from '../../columns.ts'
import type {
  BadCode,
  BadRecord,
  BatchDecoder,
  DecodedRows,
  DecoderSpec,
  RecordSlices,
  SchemaLookup,
} from '../api.ts'
import type { ColumnSlot } from '../column-slot.ts'
import { slotKind } from '../column-slot.ts'
import type { RecordReader } from '../decode-batch.ts'
import { decodeBatch, tombstone } from '../decode-batch.ts'
import type { KeyNode } from '../json/key-tree.ts'
import { buildKeyTree } from '../json/key-tree.ts'
import { isUtf8 } from '../json/scan.ts'
import { writeConstant, writeDecimal, writeInteger } from './cells.ts'
import { AvroCursor, avroDepthMax, emptyItemsMax } from './cursor.ts'
import { parseAvroSchema } from './parse-schema.ts'
import type { Op, Program } from './program.ts'
import { compileProgram, opcode } from './program.ts'
import type { AvroSchema } from './schema.ts'
import { avroText } from './value-text.ts'
import { wireHeaderSize, wireProblem, wireSchemaId } from './wire.ts'

/** Programs kept by schema id. */
export const programsMax = 1000

class AvroDecoder implements BatchDecoder, RecordReader {
  awaiting: number | null = null
  readonly slots: ColumnSlot[]
  private readonly root: KeyNode
  private readonly schemas: SchemaLookup
  private readonly reader: AvroSchema | null
  private readonly replaces: boolean
  private readonly programs = new Map<number, Program>()
  private readonly cursor = new AvroCursor()
  private data: Uint8Array = new Uint8Array(0)
  private view: DataView = new DataView(this.data.buffer)
  private row = 0
  private depth = 0
  private fault: { code: BadCode; path: string | null; message: string } | null = null
  private lastId = -1
  private lastProgram: Program | null = null

  constructor(spec: DecoderSpec, schemas: SchemaLookup, reader: AvroSchema | null) {
    const { root, slots } = buildKeyTree(spec.columns)
    this.root = root
    this.slots = slots
    this.schemas = schemas
    this.reader = reader
    this.replaces = spec.invalidUtf8 === 'replace'
  }

  decode(input: RecordSlices, from = 0): DecodedRows {
    return decodeBatch(this, input, from)
  }

  recycle(columns: Column[]): void {
    columns.forEach((column, index) => {
      this.slots[index].recycle(column)
    })
  }

  open(data: Uint8Array, view: DataView): void {
    this.data = data
    this.view = view
    this.awaiting = null
  }

  close(): void {
    this.cursor.close()
    this.data = new Uint8Array(0)
    this.view = new DataView(this.data.buffer)
  }

  readRecord(row: number, start: number, end: number): boolean {
    const id = wireSchemaId(this.data, start, end)
    if (id < 0) return false
    const program = id === this.lastId ? this.lastProgram : this.programOf(id)
    if (program === null) return false
    if (!program.ok)
      return this.refuse('wrong-type', program.path, `${program.message} (schema ${id})`)
    this.row = row
    this.depth = 0
    const { cursor } = this
    cursor.open(this.data, this.view, start + wireHeaderSize, end)
    if (!this.run(program.root)) return this.broken(id)
    if (cursor.p !== end) {
      const left = end - cursor.p
      return this.refuse(
        'not-format',
        null,
        `not Avro of schema ${id}: ${left} ${left === 1 ? 'byte is' : 'bytes are'} left behind the value`,
      )
    }
    for (const slot of program.absent) slot.setNull(row)
    for (const constant of program.constants) writeConstant(constant, row)
    return true
  }

  takeFault(index: number, start: number, end: number): BadRecord {
    const fault = this.fault
    this.fault = null
    if (fault !== null) return { index, ...fault }
    if (end < start) return tombstone(index)
    return { index, code: 'not-format', path: null, message: wireProblem(this.data, start, end) }
  }

  private programOf(id: number): Program | null {
    const known = this.programs.get(id)
    const program = known ?? this.compile(id)
    if (program !== null) {
      if (!known) {
        if (this.programs.size >= programsMax) this.programs.clear()
        this.programs.set(id, program)
      }
      this.lastId = id
      this.lastProgram = program
    }
    return program
  }

  private compile(id: number): Program | null {
    const found = this.schemas.find(id)
    switch (found.is) {
      case 'wait':
        this.awaiting = id
        return null
      case 'unknown':
        // Not kept: the id may be registered later.
        this.refuse('unknown-schema', null, `schema ${id} is not in the registry`)
        return null
      case 'found': {
        const parsed = parseAvroSchema(found.text)
        return parsed.ok
          ? compileProgram(this.root, parsed.schema, this.reader)
          : { ok: false, path: null, message: parsed.message }
      }
    }
  }

  private refuse(code: BadCode, path: string | null, message: string): false {
    this.fault = { code, path, message }
    return false
  }

  private wrong(slot: ColumnSlot, what: string): false {
    return this.refuse('wrong-type', slot.path, `${slot.path}: ${what}`)
  }

  /** A fault that the cursor or a nested read found, unless one was named already. */
  private broken(id: number): false {
    if (this.fault !== null) return false
    const where = this.cursor.fault === '' ? 'it does not decode' : this.cursor.fault
    return this.refuse('not-format', null, `not Avro of schema ${id}: ${where}`)
  }

  private run(op: Op): boolean {
    const { cursor } = this
    switch (op.code) {
      case opcode.skipNothing:
        return true
      case opcode.skipVarint:
        return cursor.readVarint()
      case opcode.skipFixed:
        return cursor.skip(op.size)
      case opcode.skipBytes:
        return cursor.readBytes()
      case opcode.sequence: {
        if (++this.depth > avroDepthMax) return this.tooDeep()
        const { children } = op
        for (let i = 0; i < children.length; i++) if (!this.run(children[i])) return false
        this.depth--
        return true
      }
      case opcode.union: {
        const index = cursor.readIndex(op.children.length, 'union branch')
        return index >= 0 && this.run(op.children[index])
      }
      case opcode.skipArray:
      case opcode.skipMap:
        return this.skipItems(op)
      case opcode.several:
        return this.runSeveral(op)
      case opcode.nulls:
        return this.setNulls(op)
      default:
        return this.readCell(op, op.slot as ColumnSlot)
    }
  }

  private readCell(op: Op, slot: ColumnSlot): boolean {
    const { cursor, row } = this
    switch (op.code) {
      case opcode.integer:
        if (!cursor.readVarint()) return false
        return writeInteger(slot, cursor, row, op.scale) || this.cellFault(slot)
      case opcode.bytes:
        return cursor.readBytes() && this.setText(slot)
      case opcode.double:
        slot.f64[row] = cursor.readDouble()
        return cursor.fault === ''
      case opcode.float:
        slot.f64[row] = cursor.readFloat()
        return cursor.fault === ''
      case opcode.boolean: {
        if (!cursor.skip(1)) return false
        const byte = this.data[cursor.p - 1]
        slot.u8[row] = byte
        return byte <= 1 || this.wrong(slot, `found the byte ${byte}, expected 0 or 1 (BOOLEAN)`)
      }
      case opcode.fixedBytes:
        if (!cursor.skip(op.size)) return false
        slot.setSlice(row, cursor.p - op.size, cursor.p)
        return true
      case opcode.enumeration: {
        const index = cursor.readIndex(op.symbols.length, `${op.path}: symbol`)
        if (index < 0) return false
        slot.setBytes(row, op.symbols[index])
        return true
      }
      case opcode.decimal:
        if (op.size < 0 ? !cursor.readBytes() : !this.fixedSlice(op.size)) return false
        return writeDecimal(slot, cursor, row, op.scale) || this.cellFault(slot)
      case opcode.json: {
        const text = avroText(cursor, op.schema as AvroSchema)
        if (text === undefined) return false
        slot.setBytes(row, encodeUtf8(text[0] === '"' ? text.slice(1, -1) : text))
        return true
      }
      default:
        return this.wrong(slot, op.words)
    }
  }

  private fixedSlice(size: number): boolean {
    if (!this.cursor.skip(size)) return false
    this.cursor.sliceStart = this.cursor.p - size
    this.cursor.sliceEnd = this.cursor.p
    return true
  }

  private setText(slot: ColumnSlot): boolean {
    const { sliceStart, sliceEnd } = this.cursor
    if (slot.kind === slotKind.STRING && !isUtf8(this.data, sliceStart, sliceEnd)) {
      if (this.replaces) {
        const text = displayUtf8(this.data.subarray(sliceStart, sliceEnd))
        slot.setBytes(this.row, encodeUtf8(text))
        return true
      }
      return this.wrong(slot, 'found text that is not valid UTF-8')
    }
    slot.setSlice(this.row, sliceStart, sliceEnd)
    return true
  }

  private cellFault(slot: ColumnSlot): false {
    const what = slot.fault
    slot.fault = ''
    return this.wrong(slot, what)
  }

  private runSeveral(op: Op): boolean {
    const start = this.cursor.p
    for (const child of op.children) {
      this.cursor.p = start
      if (!this.run(child)) return false
    }
    return true
  }

  private setNulls(op: Op): boolean {
    for (const slot of op.slots) {
      if (!slot.nullable) return this.wrong(slot, `found null, expected ${slot.typeText} NOT NULL`)
      slot.setNull(this.row)
    }
    return true
  }

  private skipItems(op: Op): boolean {
    const { cursor } = this
    if (++this.depth > avroDepthMax) return this.tooDeep()
    const item = op.children[0]
    for (let empty = 0; ; ) {
      const count = cursor.readBlock()
      if (count < 0) return false
      if (count === 0) break
      if (cursor.sliceEnd >= 0) {
        cursor.p = cursor.sliceEnd
        continue
      }
      for (let i = 0; i < count; i++) {
        const before = cursor.p
        if (op.code === opcode.skipMap && !cursor.readBytes()) return false
        if (!this.run(item)) return false
        if (cursor.p === before && ++empty > emptyItemsMax) {
          cursor.fault = `an array has more than ${emptyItemsMax} items of no size`
          return false
        }
      }
    }
    this.depth--
    return true
  }

  private tooDeep(): false {
    this.cursor.fault = `values are nested deeper than ${avroDepthMax} levels`
    return false
  }
}

/** Throws `AppError` `no-schemas` when the spec has no lookup, `bad-schema` for a reader's schema that does not parse. */
export function createAvroDecoder(spec: DecoderSpec): BatchDecoder {
  if (spec.schemas === undefined)
    throw new AppError('Avro records need a schema registry to look up their schemas.', {
      code: 'no-schemas',
      origin: 'internal',
    })
  const reader = spec.readerSchema === undefined ? null : parseAvroSchema(spec.readerSchema)
  if (reader?.ok === false)
    throw new AppError(reader.message, { code: 'bad-schema', origin: 'user' })
  return new AvroDecoder(spec, spec.schemas, reader === null ? null : reader.schema)
}
