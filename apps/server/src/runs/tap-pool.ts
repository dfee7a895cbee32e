/** Taps that several watchers share, and that outlive a pause of the last one by a minute. */
import type { JobHandle, Tap } from '@millrace/engine/host-node'

const lingerMs = 60_000
/** Taps open at a time, over all pipelines; beyond it the one unused longest is closed. */
const tapsMax = 64

export interface SharedTap {
  tap: Tap
  key: string
  handle: JobHandle
  /** Where a watcher without a cursor begins: with the rows that the tap still holds. */
  joinedAt: number
  watchers: number
  timer: NodeJS.Timeout | undefined
}

export class TapPool {
  private readonly taps = new Map<string, Promise<SharedTap>>()
  private readonly idle = new Set<SharedTap>()

  async open(
    handle: JobHandle,
    { pipeline, node, port }: { pipeline: string; node: string; port: string },
  ): Promise<SharedTap> {
    const key = `${pipeline}/${node}/${port}`
    const known = await this.taps.get(key)?.catch(() => undefined)
    if (known && known.handle === handle) return this.join(known)
    if (known) this.drop(known)
    const opening = handle.tap(node, port).then((tap) => ({
      tap,
      key,
      handle,
      joinedAt: 0,
      watchers: 0,
      timer: undefined,
    }))
    this.taps.set(key, opening)
    opening.catch(() => this.taps.delete(key))
    return this.join(await opening)
  }

  private join(shared: SharedTap): SharedTap {
    clearTimeout(shared.timer)
    this.idle.delete(shared)
    shared.watchers++
    return shared
  }

  leave(shared: SharedTap): void {
    shared.watchers--
    if (shared.watchers > 0) return
    this.idle.add(shared)
    shared.timer = setTimeout(() => this.drop(shared), lingerMs)
    shared.timer.unref()
    if (this.taps.size > tapsMax) {
      const [oldest] = this.idle
      this.drop(oldest)
    }
  }

  private drop(shared: SharedTap): void {
    clearTimeout(shared.timer)
    this.idle.delete(shared)
    this.taps.delete(shared.key)
    shared.tap.close()
  }

  close(): void {
    for (const shared of this.idle) this.drop(shared)
  }
}
