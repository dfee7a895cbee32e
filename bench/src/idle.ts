/** How much memory the product holds when nobody uses it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { treeRssBytes } from './process-tree.ts'
import { startProduct } from './product.ts'

const idleMs = 60_000
const mebibyte = 1024 * 1024
/** Resident memory of the process tree that an idle product may hold. */
const idleBytesMax = 250 * mebibyte

/** Answers whether the limit was kept. */
export async function measureIdle(fromSource: boolean): Promise<boolean> {
  const product = await startProduct({ fromSource, nodeFlags: [] })
  try {
    await sleep(idleMs)
    const bytes = treeRssBytes(product.pid)
    console.log(
      `idle for ${idleMs / 1000} s: RSS of the process tree ${Math.round(bytes / mebibyte)} MiB`,
    )
    return bytes < idleBytesMax
  } finally {
    await product.stop()
  }
}
