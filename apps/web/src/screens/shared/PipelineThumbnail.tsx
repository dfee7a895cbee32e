/** A pipeline's shape in a few millimetres: nodes as blocks in their group's hue, edges as lines. */
import type { PipelineSummary } from '@millrace/server'

type Shape = PipelineSummary['thumbnail']

const hues: Record<string, string> = {
  'topic-source': 'var(--src)',
  'generator-source': 'var(--src)',
  window: 'var(--win)',
  'process-function': 'var(--code)',
  'topic-sink': 'var(--sink)',
  'view-sink': 'var(--sink)',
}

interface Placed {
  id: string
  hue: string
  x: number
  y: number
}

/** Node positions scaled into the box, keeping the drawing's proportions. */
function place(
  shape: Shape,
  width: number,
  height: number,
  block: { width: number; height: number },
): Placed[] {
  const xs = shape.nodes.map((node) => node.x)
  const ys = shape.nodes.map((node) => node.y)
  const left = Math.min(...xs)
  const top = Math.min(...ys)
  const spanX = Math.max(1, Math.max(...xs) - left)
  const spanY = Math.max(1, Math.max(...ys) - top)
  const roomX = width - block.width - 2
  const roomY = height - block.height - 2
  const flat = spanY < 20
  return shape.nodes.map((node) => ({
    id: node.id,
    hue: hues[node.kind] ?? 'var(--op)',
    x: 1 + (shape.nodes.length === 1 ? roomX / 2 : ((node.x - left) / spanX) * roomX),
    y: 1 + (flat ? roomY / 2 : ((node.y - top) / spanY) * roomY),
  }))
}

export interface PipelineThumbnailProps {
  shape: Shape
  width: number
  height: number
}

export function PipelineThumbnail({ shape, width, height }: PipelineThumbnailProps) {
  const large = height > 60
  const block = large ? { width: 34, height: 20 } : { width: 12, height: 8 }
  const placed = place(shape, width, height, block)
  const byId = new Map(placed.map((node) => [node.id, node]))
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      fill="none"
    >
      {shape.edges.map((edge) => {
        const from = byId.get(edge.from)
        const to = byId.get(edge.to)
        if (!from || !to) return null
        const x1 = from.x + block.width
        const y1 = from.y + block.height / 2
        const y2 = to.y + block.height / 2
        const bend = (x1 + to.x) / 2
        return (
          <path
            key={`${edge.from} ${edge.to} ${y2}`}
            d={`M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${to.x} ${y2}`}
            stroke="var(--edge)"
            strokeWidth={large ? 1.6 : 1}
          />
        )
      })}
      {placed.map((node) => (
        <rect
          key={node.id}
          x={node.x}
          y={node.y}
          width={block.width}
          height={block.height}
          rx={large ? 5 : 2}
          fill={node.hue}
        />
      ))}
    </svg>
  )
}

/** The shape of a whole document. */
export function shapeOf(document: {
  nodes: readonly { id: string; kind: string; position: { x: number; y: number } }[]
  edges: readonly { from: { node: string }; to: { node: string } }[]
}): Shape {
  return {
    nodes: document.nodes.map(({ id, kind, position }) => ({
      id,
      kind,
      x: position.x,
      y: position.y,
    })),
    edges: document.edges.map((edge) => ({ from: edge.from.node, to: edge.to.node })),
  }
}
