/** Filters and projections of a batch: a generated loop selects rows, further ones compute columns, the rest is shared. */
import type { Batch, Column, RowType } from '@millrace/schemas'
import { isValid, makeColumn } from '@millrace/schemas'
import type { CalcConfig } from '../plan/operator-configs.ts'
import { gatherColumn, gatherMarks } from './gather.ts'
import type { ComputedColumn, RowFault } from './loops.ts'
import { computeLoops, selectLoop } from './loops.ts'
import type { TypedExpression } from './typed.ts'

export interface CalcResult {
  /** The rows that passed, in order; may share memory with the input. */
  batch: Batch
  /** Rows for which the condition is FALSE or NULL. */
  filtered: number
  /** Rows that failed (division by zero …), by input row, in order: they belong into the dead letters. */
  faults: readonly RowFault[]
}

export interface CalcOptions {
  /** Hand origins on with the rows. */
  origins: boolean
  /** Receives the text of each generated function, for tests. */
  onSource?: (source: string) => void
}

/** Compiles once for each operator; the result is not reentrant. Asserts nothing about `config`: the compiler checked it. */
export function compileCalc(
  config: CalcConfig,
  output: RowType,
  options: CalcOptions,
): (batch: Batch) => CalcResult {
  const select = config.condition ? selectLoop(config.condition, options.onSource) : null
  const slots = outputSlots(config, output)
  const computed = slots.filter((slot) => slot.is === 'compute')
  const compute =
    computed.length > 0
      ? computeLoops(
          computed.map((slot) => slot.expression),
          options.onSource,
        )
      : null
  let scratch = new Int32Array(0)

  return (batch) => {
    const faults: RowFault[] = []
    let count = batch.length
    let sel: Int32Array | null = null
    if (select) {
      if (scratch.length < count) scratch = new Int32Array(count)
      count = select(batch.columns, count, scratch, faults)
      sel = scratch
    }
    const filtered = batch.length - count - faults.length
    let outputs: ComputedColumn[] = []
    if (compute) {
      for (;;) {
        const failed: RowFault[] = []
        outputs = computed.map(({ index }) => ({
          column: makeColumn(output.fields[index].type, count),
          used: 0,
        }))
        compute(batch.columns, sel, count, outputs, failed)
        if (failed.length === 0) break
        const kept = withoutFaults(sel, count, failed)
        faults.push(...firstOfEachRow(failed))
        sel = kept
        count = kept.length
      }
    }
    const whole = sel === null || count === batch.length ? null : sel
    const columns = slots.map((slot, at) =>
      slot.is === 'pass' ? passColumn(batch.columns[slot.from], whole, count) : at,
    )
    let next = 0
    const filled = columns.map((column) =>
      typeof column === 'number' ? outputs[next++].column : column,
    )
    const marks = gatherMarks(batch, whole, count)
    return {
      batch: {
        length: count,
        columns: filled,
        eventTimes:
          config.eventTime === undefined
            ? marks.eventTimes
            : eventTimesFrom(filled[config.eventTime], count),
        rowKinds: marks.rowKinds,
        origins: options.origins ? marks.origins : null,
      },
      filtered,
      faults: faults.sort((a, b) => a.row - b.row),
    }
  }
}

/** NULL has no event time. */
function eventTimesFrom(column: Column, count: number): Float64Array {
  const times = new Float64Array(count).fill(Number.NaN)
  if (column.rep !== 'f64') return times
  for (let row = 0; row < count; row++)
    if (isValid(column.valid, row)) times[row] = column.values[row]
  return times
}

type Slot =
  | { is: 'pass'; from: number }
  | { is: 'compute'; index: number; expression: TypedExpression }

/** A projection that is a bare column is handed on, not computed. */
function outputSlots(config: CalcConfig, output: RowType): Slot[] {
  if (config.projections === null)
    return output.fields.map((_, index) => ({ is: 'pass', from: index }))
  return config.projections.map(({ expression }, index) =>
    expression.op === 'column'
      ? { is: 'pass', from: expression.index }
      : { is: 'compute', index, expression },
  )
}

function passColumn(column: Column, sel: Int32Array | null, count: number): Column {
  return sel === null ? column : gatherColumn(column, sel, count)
}

/** The selection without the rows that failed; computing is then repeated: failures are rare. */
function withoutFaults(
  sel: Int32Array | null,
  count: number,
  failed: readonly RowFault[],
): Int32Array {
  const gone = new Set(failed.map(({ row }) => row))
  const kept: number[] = []
  for (let j = 0; j < count; j++) {
    const row = sel === null ? j : sel[j]
    if (!gone.has(row)) kept.push(row)
  }
  return Int32Array.from(kept)
}

function firstOfEachRow(failed: readonly RowFault[]): RowFault[] {
  const seen = new Map<number, RowFault>()
  for (const fault of failed) if (!seen.has(fault.row)) seen.set(fault.row, fault)
  return [...seen.values()]
}
