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
  const compute = computeStep(slots, output, options)
  let scratch = new Int32Array(0)

  return (batch) => {
    const faults: RowFault[] = []
    let selected: Selected = { sel: null, count: batch.length }
    if (select) {
      if (scratch.length < batch.length) scratch = new Int32Array(batch.length)
      selected = { sel: scratch, count: select(batch.columns, batch.length, scratch, faults) }
    }
    const filtered = batch.length - selected.count - faults.length
    const computed = compute(batch, selected, faults)
    const { count } = computed
    const sel = count === batch.length ? null : computed.sel
    let next = 0
    const columns = slots.map((slot) => {
      if (slot.is === 'compute') return computed.outputs[next++].column
      const column = batch.columns[slot.from]
      return sel === null ? column : gatherColumn(column, sel, count)
    })
    const marks = gatherMarks(batch, sel, count)
    if (config.eventTime !== undefined)
      marks.eventTimes = eventTimesFrom(columns[config.eventTime], count)
    if (!options.origins) marks.origins = null
    return {
      batch: { length: count, columns, ...marks },
      filtered,
      faults: faults.sort((a, b) => a.row - b.row),
    }
  }
}

/** Rows of a batch: `sel[0 .. count)`, or the first `count` if `sel` is null. */
interface Selected {
  sel: Int32Array | null
  count: number
}

type ComputeStep = (
  batch: Batch,
  selected: Selected,
  faults: RowFault[],
) => Selected & { outputs: readonly ComputedColumn[] }

/** Computes the columns of the selected rows; rows that fail leave the selection and are computed no more. */
function computeStep(slots: readonly Slot[], output: RowType, options: CalcOptions): ComputeStep {
  const computed = slots.filter((slot) => slot.is === 'compute')
  if (computed.length === 0) return (_batch, selected) => ({ ...selected, outputs: [] })
  const loops = computeLoops(
    computed.map((slot) => slot.expression),
    options.onSource,
  )
  return (batch, selected, faults) => {
    let { sel, count } = selected
    for (;;) {
      const failed: RowFault[] = []
      const outputs = computed.map(({ index }) => ({
        column: makeColumn(output.fields[index].type, count),
        used: 0,
      }))
      loops(batch.columns, sel, count, outputs, failed)
      if (failed.length === 0) return { sel, count, outputs }
      faults.push(...firstOfEachRow(failed))
      sel = withoutFaults(sel, count, failed)
      count = sel.length
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
