/** Rates of cumulative counters over a sliding window. */

interface Sample {
  at: number
  counts: ReadonlyMap<string, number>
}

/** Most samples kept, whatever the window. */
const samplesMax = 64

export class RateWindow {
  private samples: Sample[] = []
  private readonly windowMs: number

  constructor(windowMs: number) {
    this.windowMs = windowMs
  }

  /** Adds cumulative counts; a count that went back (a restore) begins anew. */
  push(at: number, counts: ReadonlyMap<string, number>): void {
    const last = this.samples[this.samples.length - 1]
    if (last !== undefined && (at < last.at || wentBack(last.counts, counts))) this.samples = []
    if (last !== undefined && at === last.at) this.samples.pop()
    this.samples.push({ at, counts })
    // One sample older than the window stays, so that the window is always covered.
    while (
      this.samples.length > samplesMax ||
      (this.samples.length > 2 && this.samples[1].at <= at - this.windowMs)
    ) {
      this.samples.shift()
    }
  }

  /** Per second over the window; 0 while there is one sample only. */
  perSecond(key: string): number {
    const first = this.samples[0]
    const last = this.samples[this.samples.length - 1]
    if (!first || !last || last.at <= first.at) return 0
    const difference = (last.counts.get(key) ?? 0) - (first.counts.get(key) ?? 0)
    return (difference * 1000) / (last.at - first.at)
  }

  /** Per second between consecutive samples, oldest first. */
  series(key: string): number[] {
    const rates: number[] = []
    for (let i = 1; i < this.samples.length; i++) {
      const elapsed = this.samples[i].at - this.samples[i - 1].at
      const before = this.samples[i - 1].counts.get(key) ?? 0
      const after = this.samples[i].counts.get(key) ?? 0
      rates.push(elapsed > 0 ? ((after - before) * 1000) / elapsed : 0)
    }
    return rates
  }
}

function wentBack(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): boolean {
  for (const [key, count] of after) if (count < (before.get(key) ?? 0)) return true
  return false
}
