/** The world outside of the job: what its sinks wrote. It outlives every crash. */
import type { Operator, OperatorContext, OperatorFactory } from '@millrace/engine/runtime'
import { type Batch, type CheckpointId, cellAt } from '@millrace/schemas'

/** One row, as text without its subtask. */
export interface Written {
  sink: string
  row: string
}

/**
 * Two views of the same writes: everything that ever left (at least once), and what a transactional reader would see
 * (each checkpoint's writes become visible only if the job goes on from it).
 */
export class Outside {
  readonly everything: Written[] = []
  /** Writes by the checkpoint that closes them; by life of the process. */
  private prepared = new Map<CheckpointId, Written[]>()
  private open = new Map<string, Written[]>()

  readonly sink: OperatorFactory = (context) => this.makeSink(context)

  /** What is visible if the job ends now: `restoredFrom` null means that it began anew. */
  restart(restoredFrom: CheckpointId | null): void {
    this.open.clear()
    for (const id of [...this.prepared.keys()]) {
      if (restoredFrom === null || id > restoredFrom) this.prepared.delete(id)
    }
  }

  /** Only what was prepared by checkpoints the job went on from, and what is open at its end. */
  visible(): Written[] {
    return [...this.prepared.values(), ...this.open.values()].flat()
  }

  private makeSink(context: OperatorContext): Operator {
    const own = `${context.spec.id}/${context.subtask}`
    const [type] = context.spec.inputs
    return {
      onBatch: (_input: number, batch: Batch) => {
        const rows = this.open.get(own) ?? []
        this.open.set(own, rows)
        for (let row = 0; row < batch.length; row++) {
          const cells = type.fields.map((field, index) =>
            String(cellAt(batch.columns[index], field.type, row)),
          )
          const written = { sink: context.spec.id, row: cells.join(' ') }
          rows.push(written)
          this.everything.push(written)
        }
        context.counters.absorbed += batch.length
        return 'done'
      },
      onWatermark: () => 'done',
      onProcessingTime: () => 'done',
      onEnd: () => 'done',
      onBarrier: () => 'done',
      freeze: (checkpoint) => {
        const rows = this.open.get(own) ?? []
        this.open.delete(own)
        this.prepared.set(checkpoint, [...(this.prepared.get(checkpoint) ?? []), ...rows])
        return { write: () => [] }
      },
      onCheckpointComplete() {},
      onCheckpointAborted() {},
      close() {},
    }
  }
}
