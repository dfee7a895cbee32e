/**
 * Combines the watermarks and the idle status of several channels into one: the minimum over the channels that are
 * active and aligned. Behaves as Flink's `StatusWatermarkValve` (flink-streaming-java, `watermarkstatus` package).
 */

export type ValveOutput = { is: 'watermark'; time: number } | { is: 'idle' } | { is: 'active' }

export interface ChannelTime {
  /** -Infinity before the first, or what was restored. */
  watermark: number
  idle: boolean
  /** Its watermark has caught up with the output since it was last idle: it takes part in the minimum. */
  aligned: boolean
  ended: boolean
}

/** What a valve knows beside its output. */
export interface ValveState {
  /** The combined output is idle. */
  idle: boolean
  channels: readonly ChannelTime[]
}

export class WatermarkValve {
  private channels: ChannelTime[] = []
  private output: number
  private outputIdle = false

  /**
   * `restored`: what it had said before a checkpoint; it is never said again, and never taken back. Every channel begins
   * there, as if it had sent it: one that falls idle or ends before it sends anything then lets go of the minimum.
   */
  constructor(channelCount: number, restored = Number.NEGATIVE_INFINITY) {
    this.output = restored
    for (let i = 0; i < channelCount; i++) {
      this.channels.push({
        watermark: restored,
        idle: false,
        aligned: true,
        ended: false,
      })
    }
  }

  get state(): ValveState {
    return { idle: this.outputIdle, channels: this.channels.map((channel) => ({ ...channel })) }
  }

  /** Goes on from what `state` said; the combined watermark stays. */
  resume(state: ValveState): void {
    this.channels = state.channels.map((channel) => ({ ...channel }))
    this.outputIdle = state.idle
  }

  /** The combined watermark, ms; -Infinity before the first. */
  get watermark(): number {
    return this.output
  }

  get idle(): boolean {
    return this.outputIdle
  }

  onWatermark(index: number, time: number): ValveOutput[] {
    const channel = this.channels[index]
    if (channel.idle || this.outputIdle || time <= channel.watermark) return []
    channel.watermark = time
    if (!channel.aligned && time >= this.output) channel.aligned = true
    return this.newMinimum()
  }

  onIdle(index: number): ValveOutput[] {
    const channel = this.channels[index]
    if (channel.idle) return []
    channel.idle = true
    channel.aligned = false
    return this.channelLeft(channel)
  }

  onActive(index: number): ValveOutput[] {
    const channel = this.channels[index]
    if (!channel.idle || channel.ended) return []
    channel.idle = false
    if (channel.watermark >= this.output) channel.aligned = true
    if (!this.outputIdle) return []
    this.outputIdle = false
    return [{ is: 'active' }]
  }

  /** Nothing follows on this channel: it no longer holds time. The last end says nothing: the operator ends instead. */
  onEnd(index: number): ValveOutput[] {
    const channel = this.channels[index]
    channel.ended = true
    if (channel.idle) return []
    channel.idle = true
    channel.aligned = false
    if (this.channels.every((other) => other.ended)) return []
    return this.channelLeft(channel)
  }

  isIdle(index: number): boolean {
    return this.channels[index].idle
  }

  private channelLeft(channel: ChannelTime): ValveOutput[] {
    if (this.channels.some((other) => !other.idle)) {
      return channel.watermark === this.output ? this.newMinimum() : []
    }
    const flushed = channel.watermark === this.output ? this.maximum() : []
    this.outputIdle = true
    return [...flushed, { is: 'idle' }]
  }

  private newMinimum(): ValveOutput[] {
    let minimum = Number.POSITIVE_INFINITY
    let found = false
    for (const channel of this.channels) {
      if (!channel.aligned) continue
      found = true
      if (channel.watermark < minimum) minimum = channel.watermark
    }
    return found ? this.advance(minimum) : []
  }

  private maximum(): ValveOutput[] {
    let maximum = Number.NEGATIVE_INFINITY
    for (const channel of this.channels) maximum = Math.max(maximum, channel.watermark)
    return this.advance(maximum)
  }

  private advance(time: number): ValveOutput[] {
    if (time <= this.output) return []
    this.output = time
    return [{ is: 'watermark', time }]
  }
}
