/** Generated loops over a batch: one that selects rows, and some that compute columns of the selected rows. */
import type { Column, Representation } from '@millrace/schemas'
import { representationOf, setNull } from '@millrace/schemas'
import { evaluateSource } from './evaluate-source.ts'
import { makeGenerator } from './generate.ts'
import { canFail, sizeOf } from './kernels.ts'
import { LoopWriter, truth } from './loop-writer.ts'
import * as slices from './slices.ts'
import { Registers } from './slices.ts'
import type { TypedExpression } from './typed.ts'

/**
 * Most expression nodes in one generated function. Comparing and joining texts takes 65 bytes of bytecode a node (measured
 * on Node 20), so a function stays near half of V8's `max_optimized_bytecode_size` (60 KiB), beyond which it would never
 * be optimised. One expression has no more nodes than that (`expressionNodesMax`).
 */
export const loopNodesMax = 500

/** A row that has no result; `row` indexes the input batch. */
export interface RowFault {
  row: number
  message: string
}

/** Writes indexes of the rows that pass into `sel`; returns how many. */
export type SelectLoop = (
  columns: readonly Column[],
  count: number,
  sel: Int32Array,
  faults: RowFault[],
) => number

/** Computes `count` rows into `outputs`; `sel` null: rows 0 to count. */
export type ComputeLoop = (
  columns: readonly Column[],
  sel: Int32Array | null,
  count: number,
  outputs: readonly ComputedColumn[],
  faults: RowFault[],
) => void

/** A column under construction; a bytes column grows. */
export interface ComputedColumn {
  column: Column
  used: number
}

const helpers = {
  ...slices,
  setNull,
  putBytes(output: ComputedColumn, row: number, data: Uint8Array, start: number, end: number) {
    const { column } = output
    if (column.rep !== 'bytes') return
    const at = output.used
    const needed = at + end - start
    if (needed > column.data.length) {
      const grown = new Uint8Array(Math.max(needed, column.data.length * 2, 1024))
      grown.set(column.data.subarray(0, at))
      column.data = grown
    }
    for (let from = start, to = at; from < end; from++, to++) column.data[to] = data[from]
    column.starts[row] = at
    column.ends[row] = needed
    output.used = needed
  },
}

const noteFault = 'if (R.failure !== null) { faults.push({ row: i, message: R.failure });'

/** Text of the generated functions is handed to `onSource`, for tests that look at it. */
export function selectLoop(
  condition: TypedExpression,
  onSource?: (source: string) => void,
): SelectLoop {
  const registers = new Registers()
  const writer = new LoopWriter()
  const result = makeGenerator(writer, registers).generate(condition)
  const source = writer.finish({
    head: ['let m = 0'],
    first: ['const i = j; R.beginRow();'],
    last: [
      ...(canFail(condition) ? [`${noteFault} continue; }`] : []),
      `if ${truth(result)} sel[m++] = i;`,
    ],
    tail: ['return m'],
  })
  onSource?.(source)
  const run = evaluateSource<
    (
      cols: readonly Column[],
      count: number,
      sel: Int32Array,
      faults: RowFault[],
      R: Registers,
      H: unknown,
      K: readonly unknown[],
    ) => number
  >(['cols', 'count', 'sel', 'faults', 'R', 'H', 'K'], source)
  return (columns, count, sel, faults) =>
    run(columns, count, sel, faults, registers, helpers, writer.constants)
}

/** One loop for as many expressions as fit; output k belongs to expression k. */
export function computeLoops(
  expressions: readonly TypedExpression[],
  onSource?: (source: string) => void,
): ComputeLoop {
  const groups = groupBySize(expressions)
  const loops = groups.map((group) => ({
    group,
    run: computeLoop(
      group.map((index) => expressions[index]),
      onSource,
    ),
  }))
  return (columns, sel, count, outputs, faults) => {
    for (const { group, run } of loops) {
      const own = group.map((index) => outputs[index])
      run(columns, sel, count, own, faults)
    }
  }
}

function groupBySize(expressions: readonly TypedExpression[]): number[][] {
  const groups: number[][] = []
  let room = 0
  expressions.forEach((expression, index) => {
    const size = sizeOf(expression)
    if (groups.length === 0 || size > room) {
      groups.push([])
      room = loopNodesMax
    }
    groups[groups.length - 1].push(index)
    room -= size
  })
  return groups
}

function computeLoop(
  expressions: readonly TypedExpression[],
  onSource?: (source: string) => void,
): ComputeLoop {
  const registers = new Registers()
  const writer = new LoopWriter()
  const generator = makeGenerator(writer, registers)
  const head: string[] = []
  expressions.forEach((expression, k) => {
    const rep = representationOf(expression.type)
    head.push(`const o${k} = outputs[${k}].column;`)
    const local = generator.generate(expression)
    const store =
      local.rep === 'bytes'
        ? `H.putBytes(outputs[${k}], j, ${local.data}, ${local.start}, ${local.end});`
        : storeScalar(k, rep, local.value)
    writer.write(
      local.isNull ? `if (${local.isNull}) H.setNull(o${k}, j, count); else ${store}` : store,
    )
    if (rep !== 'bytes') head.push(`const o${k}v = o${k}.values;`)
  })
  const source = writer.finish({
    head,
    first: ['const i = sel === null ? j : sel[j]; R.beginRow();'],
    last: expressions.some(canFail) ? [`${noteFault} }`] : [],
    tail: [],
  })
  onSource?.(source)
  const run = evaluateSource<
    (
      cols: readonly Column[],
      sel: Int32Array | null,
      count: number,
      outputs: readonly ComputedColumn[],
      faults: RowFault[],
      R: Registers,
      H: unknown,
      K: readonly unknown[],
    ) => void
  >(['cols', 'sel', 'count', 'outputs', 'faults', 'R', 'H', 'K'], source)
  return (columns, sel, count, outputs, faults) =>
    run(columns, sel, count, outputs, faults, registers, helpers, writer.constants)
}

function storeScalar(k: number, rep: Representation, value: string): string {
  return `o${k}v[j] = ${rep === 'bool' ? `${value} ? 1 : 0` : value};`
}
