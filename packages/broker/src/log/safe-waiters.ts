/** Those who wait for an offset to come under the high watermark, nearest first. */

interface Waiter {
  offset: number
  resolve(): void
  reject(error: Error): void
}

export class SafeWaiters {
  private waiters: Waiter[] = []

  wait(offset: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let place = this.waiters.length
      while (place > 0 && this.waiters[place - 1].offset > offset) place--
      this.waiters.splice(place, 0, { offset, resolve, reject })
    })
  }

  reached(end: number): void {
    let count = 0
    while (count < this.waiters.length && this.waiters[count].offset <= end) count++
    for (const waiter of this.waiters.splice(0, count)) waiter.resolve()
  }

  fail(error: Error): void {
    for (const waiter of this.waiters.splice(0)) waiter.reject(error)
  }
}
