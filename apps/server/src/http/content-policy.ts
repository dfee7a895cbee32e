/** Content security policies of the studio: no eval anywhere but in the preview worker, which evaluates generated loops. */

const studioPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // Monaco and React Flow set style attributes and insert style sheets.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A worker has the policy of its own script: it may evaluate, but it can reach nothing. */
const previewWorkerPolicy = ["default-src 'none'", "script-src 'self' 'unsafe-eval'"].join('; ')

const previewWorkerFile = /^\/assets\/preview[.-]?worker-[\w-]+\.js$/

export function contentPolicyFor(path: string): string {
  return previewWorkerFile.test(path) ? previewWorkerPolicy : studioPolicy
}

/** Names with a content hash never change. */
export function cacheControlFor(path: string): string {
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
}

export const commonHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}
