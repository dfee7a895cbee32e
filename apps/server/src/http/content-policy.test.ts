import { describe, expect, it } from 'vitest'
import { cacheControlFor, contentPolicyFor } from './content-policy.ts'

describe('content policies', () => {
  it('let nothing evaluate text but the preview worker, which can reach nothing', () => {
    for (const path of ['/index.html', '/assets/index-Ab1_.js', '/assets/ts.worker-x.js', '/']) {
      expect(contentPolicyFor(path)).not.toContain('unsafe-eval')
    }
    const worker = contentPolicyFor('/assets/preview.worker-BVClnyvR.js')
    expect(worker).toBe("default-src 'none'; script-src 'self' 'unsafe-eval'")
    expect(contentPolicyFor('/assets/preview.worker-x.js/../index.html')).not.toContain('eval')
  })

  it('keep files with a hash in their name for ever, and ask again for the page', () => {
    expect(cacheControlFor('/assets/index-Ab1_.js')).toContain('immutable')
    expect(cacheControlFor('/index.html')).toBe('no-cache')
  })
})
