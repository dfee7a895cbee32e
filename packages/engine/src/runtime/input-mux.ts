/** Turns the channels of a subtask into one sequence of events: batches, the combined watermark, aligned barriers, the end. */
import type { Batch, CheckpointId } from '@millrace/schemas'
import { type AlignerOutput, BarrierAligner } from './barrier-aligner.ts'
import type { InputChannel } from './channel.ts'
import type { InputChoice } from './input-choice.ts'
import type { DecisionLog } from './journal.ts'
import { type ValveOutput, type ValveState, WatermarkValve } from './watermark-valve.ts'

export type InputEvent =
  | { is: 'batch'; input: number; batch: Batch }
  | ValveOutput
  | AlignerOutput
  | { is: 'end' }

export interface InputMuxOptions {
  /** By input, then by sending subtask. */
  inputs: readonly (readonly InputChannel[])[]
  choice: InputChoice
  journal: DecisionLog
  /** Combined watermark at the checkpoint that the subtask is restored from; -Infinity: none. */
  watermark: number
  /** Of the channels, when a recorded slice is replayed. */
  resume?: ValveState | null
}

export class InputMux {
  private readonly channels: InputChannel[] = []
  /** Input of each channel. */
  private readonly inputOf: number[] = []
  private readonly ended: boolean[] = []
  private readonly choice: InputChoice
  private readonly journal: DecisionLog
  private readonly valve: WatermarkValve
  private readonly aligner: BarrierAligner
  private readonly events: InputEvent[] = []
  private readonly ready: number[] = []
  private openChannels: number
  /** An element was taken since `takeTaken`. */
  private taken = false

  constructor(options: InputMuxOptions) {
    this.choice = options.choice
    this.journal = options.journal
    options.inputs.forEach((channels, input) => {
      for (const channel of channels) {
        this.channels.push(channel)
        this.inputOf.push(input)
        this.ended.push(false)
      }
    })
    this.openChannels = this.channels.length
    this.valve = new WatermarkValve(this.channels.length, options.watermark)
    if (options.resume) {
      this.valve.resume(options.resume)
      options.resume.channels.forEach(({ ended }, index) => {
        this.ended[index] = ended
        if (ended) this.openChannels--
      })
    }
    this.aligner = new BarrierAligner(this.channels.length)
  }

  get watermark(): number {
    return this.valve.watermark
  }

  get idle(): boolean {
    return this.valve.idle
  }

  get valveState(): ValveState {
    return this.valve.state
  }

  /** Events of an element that was taken are still to come. */
  get hasPending(): boolean {
    return this.events.length > 0
  }

  /** Fill of the fullest channel, 0 to 1. */
  fill(): number {
    let fullest = 0
    for (const channel of this.channels) fullest = Math.max(fullest, channel.fill())
    return fullest
  }

  /** The next event, or undefined when no channel has anything that may be taken now. */
  next(): InputEvent | undefined {
    for (;;) {
      const event = this.events.shift()
      if (event) return event
      if (!this.takeOne()) return undefined
    }
  }

  takeTaken(): boolean {
    const { taken } = this
    this.taken = false
    return taken
  }

  /** A checkpoint was given up: frees channels that wait for its other barriers. */
  cancel(checkpoint: CheckpointId): void {
    this.events.push(...this.aligner.onCancel(checkpoint))
  }

  private takeOne(): boolean {
    const ready = this.ready
    ready.length = 0
    for (let i = 0; i < this.channels.length; i++) {
      if (this.ended[i] || this.aligner.isBlocked(i)) continue
      if (this.channels[i].peek() !== undefined) ready.push(i)
    }
    if (ready.length === 0) return false
    const chosen = this.choice.choose(ready)
    if (chosen === undefined) return false
    this.takeFrom(chosen)
    return true
  }

  private takeFrom(index: number): void {
    const element = this.channels[index].take()
    this.taken = true
    const rows = element.is === 'batch' ? element.batch.length : 0
    this.journal.decide({ is: 'take', channel: index, rows })
    switch (element.is) {
      case 'batch':
        this.events.push(...this.valve.onActive(index))
        this.events.push({ is: 'batch', input: this.inputOf[index], batch: element.batch })
        return
      case 'watermark':
        this.events.push(...this.valve.onActive(index))
        this.events.push(...this.valve.onWatermark(index, element.time))
        return
      case 'idle':
        this.events.push(...this.valve.onIdle(index))
        return
      case 'active':
        this.events.push(...this.valve.onActive(index))
        return
      case 'barrier':
        this.events.push(...this.aligner.onBarrier(index, element.checkpoint))
        return
      case 'end':
        this.onEnd(index)
    }
  }

  private onEnd(index: number): void {
    this.ended[index] = true
    this.openChannels--
    this.events.push(...this.aligner.onEnd(index))
    this.events.push(...this.valve.onEnd(index))
    if (this.openChannels === 0) this.events.push({ is: 'end' })
  }
}
