/** Arranges a graph left to right; the work is done beside the page by `layout.worker.ts`. */
import type { PipelineDocument } from '@millrace/schemas'
import type { Moved } from './graph.ts'

export interface LayoutRequest {
  nodes: { id: string; width: number; height: number }[]
  edges: { from: string; to: string }[]
}

export const columnGapPx = 112
export const rowGapPx = 36

/** Where each node goes; sizes come from the canvas. */
export function arrange(
  doc: PipelineDocument,
  sizeOf: (id: string) => { width: number; height: number },
): Promise<Moved[]> {
  const request: LayoutRequest = {
    nodes: doc.nodes.map((node) => ({ id: node.id, ...sizeOf(node.id) })),
    edges: doc.edges.map((edge) => ({ from: edge.from.node, to: edge.to.node })),
  }
  const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' })
  return new Promise<Moved[]>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<Moved[]>) => resolve(event.data)
    worker.onerror = (event) => reject(new Error(event.message))
    worker.postMessage(request)
  }).finally(() => worker.terminate())
}
