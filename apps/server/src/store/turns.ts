/** One after the other for each key: what is decided on the state of now is written before the next one decides. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>()

  /** Runs `work` when all that came before it for `key` has ended, well or badly. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.catch(() => undefined)
    this.last.set(key, settled)
    void settled.then(() => {
      if (this.last.get(key) === settled) this.last.delete(key)
    })
    return mine
  }
}
