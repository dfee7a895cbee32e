/** The one way to start a thread or a child: bundled JavaScript in production, the TypeScript source under tests. */
import { Worker, type WorkerOptions } from 'node:worker_threads'

declare const MILLRACE_BUNDLED: boolean | undefined

/** True inside the bundle that `scripts/build.mjs` makes. */
export const isBundled = typeof MILLRACE_BUNDLED !== 'undefined' && MILLRACE_BUNDLED

/**
 * The file to run for `entry`. Bundled: `<name>.js` beside the running bundle (the build makes one file for each entry).
 * From source: a boot file that loads TypeScript, then `source`.
 */
export function entryFile(source: URL): { file: URL; env: Record<string, string> } {
  if (!isBundled)
    return { file: new URL('./boot.mjs', import.meta.url), env: { MILLRACE_ENTRY: source.href } }
  const name = source.pathname.slice(source.pathname.lastIndexOf('/') + 1).replace(/\.ts$/, '.js')
  return { file: new URL(`./${name}`, import.meta.url), env: {} }
}

/** Starts a worker thread from `new URL('./some-worker.ts', import.meta.url)`. */
export function startWorker(source: URL, options: WorkerOptions = {}): Worker {
  const { file, env } = entryFile(source)
  return new Worker(file, { ...options, env: { ...process.env, ...env } })
}
