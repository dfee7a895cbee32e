/** The preview's worker: seals its realm once, then runs drafts one after the other. The page ends it when it hangs. */
import { newCompartment, sealRealm } from '@millrace/engine/code/compartment'
import type { PreviewState } from './preview.ts'
import { type PreviewRequest, runPreview } from './run-preview.ts'

export interface PreviewCall {
  id: number
  request: PreviewRequest
}

export interface PreviewReply {
  id: number
  state: PreviewState
}

declare const self: {
  onmessage: ((event: { data: PreviewCall }) => void) | null
  postMessage(reply: PreviewReply): void
}

const monotonic = performance.now.bind(performance)
sealRealm()

self.onmessage = ({ data }) => {
  const { id, request } = data
  let state: PreviewState
  try {
    state = runPreview(request, newCompartment, monotonic)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    state = {
      is: 'failed',
      sample: request.sample.words,
      message,
      failedNode: null,
      nodes: {},
      tookMs: null,
    }
  }
  self.postMessage({ id, state })
}
