/** The view sink: keeps the latest rows where the studio and `GET /views` read them. */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import type { Batch } from '@millrace/schemas'
import type { ViewSinkConfig } from '../plan/operator-configs.ts'
import { stateNames } from '../plan/operator-configs.ts'
import type {
  KeptRow,
  Operator,
  OperatorContext,
  OperatorFactory,
  OperatorReport,
  RestoredState,
  Snapshot,
  SnapshotPart,
  StepResult,
} from './operator.ts'
import { MemoryView, type ViewSave } from './view-store.ts'

/** Rows in one part of a view's snapshot. */
const partRowsMax = 256

export const viewSink: OperatorFactory = (context, restored) => new ViewSink(context, restored)

class ViewSink implements Operator {
  private readonly context: OperatorContext
  private readonly view: MemoryView

  constructor(context: OperatorContext, restored: RestoredState | null) {
    this.context = context
    const { keys, rowsMax } = context.spec.config as ViewSinkConfig
    this.view = new MemoryView({ row: context.spec.inputs[0], keys, rowsMax })
    for (const part of restored ?? []) {
      if (part.state !== stateNames.viewRows) continue
      this.view.restore(JSON.parse(decodeUtf8(part.bytes)) as ViewSave)
    }
  }

  onBatch(_input: number, batch: Batch): StepResult {
    this.view.apply(batch)
    this.context.counters.absorbed += batch.length
    return 'done'
  }

  onWatermark(): StepResult {
    return 'done'
  }

  onProcessingTime(): StepResult {
    return 'done'
  }

  onEnd(): StepResult {
    return 'done'
  }

  onBarrier(): StepResult {
    return 'done'
  }

  /** The kept rows never change, so the frozen state is the list of them; it becomes text in slices. */
  freeze(): Snapshot {
    const { sequence, rows } = this.view.save()
    return {
      *write(): Generator<SnapshotPart> {
        for (let from = 0; from < rows.length; from += partRowsMax) {
          const save: ViewSave = { sequence, rows: rows.slice(from, from + partRowsMax) }
          const bytes = encodeUtf8(JSON.stringify(save))
          yield { state: stateNames.viewRows, keyGroup: -1, bytes }
        }
      },
    }
  }

  onCheckpointComplete(): void {}

  onCheckpointAborted(): void {}

  report(): OperatorReport {
    return { stateBytes: this.view.size * this.view.row.fields.length * 16 }
  }

  viewRows(): readonly KeptRow[] {
    return this.view.rows()
  }

  close(): void {}
}
