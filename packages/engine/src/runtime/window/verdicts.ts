/** Records why a window turned rows away, for a sample of them. */
import { type Batch, cellAt } from '@millrace/schemas'
import type { WindowAggregateConfig } from '../../plan/operator-configs.ts'
import type { OperatorContext } from '../operator.ts'
import type { WindowPolicy } from './tumbling-policy.ts'
import type { RowList } from './window-assigner.ts'

/** Verdicts recorded for one batch: the first, the last and some evenly between. */
export const verdictsPerBatchMax = 8

export class LateVerdicts {
  private readonly context: OperatorContext
  private readonly config: WindowAggregateConfig

  constructor(context: OperatorContext, config: WindowAggregateConfig) {
    this.context = context
    this.config = config
  }

  tooLate(batch: Batch, late: RowList, policy: WindowPolicy): void {
    const watermark = this.context.watermark()
    for (const row of sample(late)) {
      const eventTime = batch.eventTimes?.[row] ?? Number.NaN
      const windowStart = policy.startOf(eventTime)
      const windowEnd = windowStart + policy.sizeMs
      const admittedUntil = windowEnd - 1 + this.config.allowedLatenessMs
      this.context.dropped({
        why: 'too-late',
        eventTime,
        watermark,
        windowStart,
        windowEnd,
        admittedUntil,
        missedByMs: watermark - admittedUntil + 1,
        key: this.keyText(batch, row),
        ...originOf(batch, row),
      })
    }
  }

  withoutEventTime(batch: Batch, without: RowList): void {
    for (const row of sample(without)) {
      this.context.dropped({ why: 'no-event-time', ...originOf(batch, row) })
    }
  }

  private keyText(batch: Batch, row: number): string {
    const { fields } = this.context.spec.inputs[0]
    return this.config.keys
      .map((index) => String(cellAt(batch.columns[index], fields[index].type, row) ?? 'NULL'))
      .join(', ')
  }
}

function originOf(batch: Batch, row: number): { partition: number | null; offset: number | null } {
  const { origins } = batch
  return {
    partition: origins?.partition[row] ?? null,
    offset: origins?.offset[row] ?? null,
  }
}

function* sample(list: RowList): Iterable<number> {
  const taken = Math.min(list.count, verdictsPerBatchMax)
  for (let i = 0; i < taken; i++) {
    yield list.rows[taken === 1 ? 0 : Math.floor((i * (list.count - 1)) / (taken - 1))]
  }
}
