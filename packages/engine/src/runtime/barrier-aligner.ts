/**
 * Decides when the barriers of a checkpoint are aligned: a channel that delivered its barrier is blocked until every
 * live channel did. Pure bookkeeping; after Flink's `SingleCheckpointBarrierHandler` in aligned mode.
 */
import type { CheckpointId } from '@millrace/schemas'

/** `aligned`: snapshot now, then forward the barrier · `aborted`: give this checkpoint up, channels are free again. */
export type AlignerOutput =
  | { is: 'aligned'; checkpoint: CheckpointId }
  | { is: 'aborted'; checkpoint: CheckpointId; why: 'subsumed' | 'cancelled' }

export class BarrierAligner {
  private readonly blocked: boolean[]
  private readonly ended: boolean[]
  private current: CheckpointId | null = null
  /** Barriers up to this checkpoint are stale: aligned, subsumed or cancelled before. */
  private closedUpTo = 0

  constructor(channelCount: number) {
    this.blocked = new Array<boolean>(channelCount).fill(false)
    this.ended = new Array<boolean>(channelCount).fill(false)
  }

  isBlocked(channel: number): boolean {
    return this.blocked[channel]
  }

  /** The checkpoint whose barriers are being collected. */
  get aligning(): CheckpointId | null {
    return this.current
  }

  onBarrier(channel: number, checkpoint: CheckpointId): AlignerOutput[] {
    if (checkpoint <= this.closedUpTo) return []
    const outputs: AlignerOutput[] = []
    if (this.current !== null && checkpoint < this.current) return []
    if (this.current !== null && checkpoint > this.current) {
      outputs.push({ is: 'aborted', checkpoint: this.current, why: 'subsumed' })
      this.release(this.current)
    }
    this.current = checkpoint
    this.blocked[channel] = true
    outputs.push(...this.check())
    return outputs
  }

  onEnd(channel: number): AlignerOutput[] {
    this.ended[channel] = true
    return this.check()
  }

  /** The checkpoint was given up elsewhere: its barriers, here or on their way, count no more. */
  onCancel(checkpoint: CheckpointId): AlignerOutput[] {
    if (checkpoint <= this.closedUpTo) return []
    const running = this.current !== null && this.current <= checkpoint ? this.current : null
    if (running !== null) this.release(checkpoint)
    else this.closedUpTo = checkpoint
    return running === null ? [] : [{ is: 'aborted', checkpoint: running, why: 'cancelled' }]
  }

  private check(): AlignerOutput[] {
    const checkpoint = this.current
    if (checkpoint === null) return []
    for (let i = 0; i < this.blocked.length; i++) {
      if (!this.blocked[i] && !this.ended[i]) return []
    }
    this.release(checkpoint)
    return [{ is: 'aligned', checkpoint }]
  }

  private release(checkpoint: CheckpointId): void {
    this.closedUpTo = Math.max(this.closedUpTo, checkpoint)
    this.current = null
    this.blocked.fill(false)
  }
}
