/** Makes the accumulators of a window operator from its config, and feeds them: filters, NULLs, DISTINCT. */
import { assert } from '@millrace/base'
import type { Batch, Column, DataType, RowType, Validity } from '@millrace/schemas'
import { isValid, representationOf } from '@millrace/schemas'
import type { PhysicalAggregate } from '../../plan/operator-configs.ts'
import { hasNulls } from '../key-encoder.ts'
import { type Accumulator, grown, type Selection } from './accumulator.ts'
import { DistinctAccumulator } from './distinct.ts'
import {
  BytesExtremeAccumulator,
  Int64ExtremeAccumulator,
  NumberExtremeAccumulator,
} from './extremes.ts'
import {
  CountAccumulator,
  DoubleSumAccumulator,
  Int32SumAccumulator,
  Int64SumAccumulator,
} from './sums.ts'

/** An empty accumulator for one aggregate over input rows of this type. */
export function createAccumulator(aggregate: PhysicalAggregate, row: RowType): Accumulator {
  if (aggregate.argument === null) return new CountAccumulator()
  const argument = row.fields[aggregate.argument].type
  const plain = plainAccumulator(aggregate, argument)
  return aggregate.distinct ? new DistinctAccumulator(plain, argument) : plain
}

function plainAccumulator(aggregate: PhysicalAggregate, argument: DataType): Accumulator {
  switch (aggregate.function) {
    case 'count':
      return new CountAccumulator()
    case 'sum':
      return sumAccumulator(argument, aggregate.type)
    case 'avg':
      return averageAccumulator(argument, aggregate.type)
    case 'min':
    case 'max':
      return extremeAccumulator(argument, aggregate.function === 'max')
    case 'bool-or':
    case 'bool-and':
      assert(argument.kind === 'BOOLEAN', 'BOOL_OR and BOOL_AND take a BOOLEAN')
      return new NumberExtremeAccumulator(aggregate.function === 'bool-or')
  }
}

function sumAccumulator(argument: DataType, result: DataType): Accumulator {
  if (argument.kind === 'INT') return new Int32SumAccumulator()
  if (argument.kind === 'DOUBLE') return new DoubleSumAccumulator(false)
  if (argument.kind === 'BIGINT') return new Int64SumAccumulator({ of: (sum) => sum })
  assert(argument.kind === 'DECIMAL' && result.kind === 'DECIMAL', 'SUM of what is no number')
  return new Int64SumAccumulator({ of: (sum) => sum, limit: decimalLimit(result.precision) })
}

function averageAccumulator(argument: DataType, result: DataType): Accumulator {
  if (argument.kind === 'DOUBLE') return new DoubleSumAccumulator(true)
  if (argument.kind === 'INT' || argument.kind === 'BIGINT') {
    return new Int64SumAccumulator({ of: (sum, count) => sum / BigInt(count) })
  }
  assert(argument.kind === 'DECIMAL' && result.kind === 'DECIMAL', 'AVG of what is no number')
  const scaleUp = 10n ** BigInt(result.scale - argument.scale)
  const limit = decimalLimit(result.precision)
  return new Int64SumAccumulator({
    limit: decimalLimit(18),
    of(sum, count) {
      const average = divideHalfUp(sum * scaleUp, BigInt(count))
      return average >= limit || average <= -limit ? null : average
    },
  })
}

function extremeAccumulator(argument: DataType, largest: boolean): Accumulator {
  switch (representationOf(argument)) {
    case 'i64':
      return new Int64ExtremeAccumulator(largest)
    case 'bytes':
      return new BytesExtremeAccumulator(largest)
    default:
      return new NumberExtremeAccumulator(largest)
  }
}

function decimalLimit(precision: number): bigint {
  return 10n ** BigInt(precision)
}

/** Rounds halves away from zero, as Flink's decimals do. */
function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  const rest = dividend - quotient * divisor
  if ((rest < 0n ? -rest : rest) * 2n < divisor) return quotient
  return dividend < 0n ? quotient - 1n : quotient + 1n
}

/** Decides which of the selected rows an aggregate sees: its filter is TRUE and its argument is not NULL. */
export class AggregateFeed {
  private readonly aggregate: PhysicalAggregate
  private readonly reduced: Selection = {
    entries: new Int32Array(0),
    rows: new Int32Array(0),
    count: 0,
  }

  constructor(aggregate: PhysicalAggregate) {
    this.aggregate = aggregate
  }

  feed(accumulator: Accumulator, selection: Selection, batch: Batch): void {
    const { argument, filter } = this.aggregate
    const column = argument === null ? null : batch.columns[argument]
    let seen = selection
    if (filter !== null) seen = this.passing(seen, batch.columns[filter])
    if (column && hasNulls(column.valid, batch.length)) seen = this.present(seen, column.valid)
    accumulator.accumulate(seen, column)
  }

  private passing(selection: Selection, column: Column): Selection {
    assert(column.rep === 'bool', 'FILTER takes a BOOLEAN')
    const { valid, values } = column
    return this.reduce(selection, (row) => values[row] !== 0 && isValid(valid, row))
  }

  private present(selection: Selection, valid: Validity): Selection {
    return this.reduce(selection, (row) => isValid(valid, row))
  }

  /** Safe when `selection` is `reduced` itself: it is only ever compacted forwards. */
  private reduce(selection: Selection, keep: (row: number) => boolean): Selection {
    const { reduced } = this
    const { entries, rows, count } = selection
    if (selection !== reduced) {
      reduced.entries = grown(reduced.entries, count)
      reduced.rows = grown(reduced.rows, count)
    }
    let kept = 0
    for (let i = 0; i < count; i++) {
      if (!keep(rows[i])) continue
      reduced.entries[kept] = entries[i]
      reduced.rows[kept++] = rows[i]
    }
    reduced.count = kept
    return reduced
  }
}
