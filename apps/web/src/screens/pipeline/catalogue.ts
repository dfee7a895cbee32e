/** The node catalogue as the studio uses it: definitions by kind, presets of the palette, icons, hues. */
import type { NodeDefinition, NodeGroup, Port } from '@millrace/engine/plan'
import { catalogue } from '@millrace/nodes'
import type { DocumentNode } from '@millrace/schemas'
import {
  Box,
  Braces,
  ChartNoAxesColumn,
  CircleDot,
  Columns3,
  Database,
  Eye,
  Filter,
  FunctionSquare,
  Inbox,
  List,
  type LucideIcon,
  RectangleEllipsis,
  Sparkles,
  SquareFunction,
  Table2,
  Timer,
  Waves,
  Zap,
} from 'lucide-react'
import type { AnyDefinition } from './editor/commands.ts'

export { catalogue }

/** Icons that the catalogue names, by lucide's own names in kebab case. */
const icons: Record<string, LucideIcon> = {
  box: Box,
  braces: Braces,
  'chart-no-axes-column': ChartNoAxesColumn,
  'circle-dot': CircleDot,
  'columns-3': Columns3,
  database: Database,
  eye: Eye,
  filter: Filter,
  funnel: Filter,
  'function-square': FunctionSquare,
  inbox: Inbox,
  list: List,
  'rectangle-ellipsis': RectangleEllipsis,
  sparkles: Sparkles,
  'square-function': SquareFunction,
  'table-2': Table2,
  timer: Timer,
  waves: Waves,
  zap: Zap,
}

const hues: Record<NodeGroup, string> = {
  source: 'var(--src)',
  row: 'var(--op)',
  keyed: 'var(--win)',
  code: 'var(--code)',
  sink: 'var(--sink)',
}

export const groupTitles: readonly { group: NodeGroup[]; title: string }[] = [
  { group: ['source'], title: 'Sources' },
  { group: ['row'], title: 'Each row' },
  { group: ['keyed', 'code'], title: 'For each key' },
  { group: ['sink'], title: 'Sinks' },
]

export function definitionOf(kind: string): AnyDefinition | undefined {
  return catalogue.get(kind) as unknown as AnyDefinition | undefined
}

export function allDefinitions(): AnyDefinition[] {
  return [...catalogue.values()] as unknown as AnyDefinition[]
}

export function iconOf(definition: Pick<NodeDefinition, 'icon'> | undefined): LucideIcon {
  return (definition && icons[definition.icon]) ?? Box
}

export function hueOf(group: NodeGroup | undefined): string {
  return group ? hues[group] : 'var(--op)'
}

const noPorts: readonly Port[] = []

/** Output ports of a node by its config; a config that the kind cannot read has none. */
export function outputsOf(node: DocumentNode): readonly Port[] {
  const definition = definitionOf(node.kind)
  if (!definition) return noPorts
  return tolerant(() => definition.outputs(node.config), noPorts)
}

export function inputsOf(node: DocumentNode): readonly Port[] {
  return definitionOf(node.kind)?.inputs ?? noPorts
}

/** The card's second line. */
export function describeNode(node: DocumentNode): readonly string[] {
  const definition = definitionOf(node.kind)
  if (!definition) return [`unknown kind “${node.kind}”`]
  return tolerant(() => definition.describe(node.config), [definition.tagline])
}

/** Key columns of a node ("for each"). */
export function forEachOf(node: DocumentNode): readonly string[] {
  const definition = definitionOf(node.kind)
  return definition ? tolerant(() => definition.forEach?.(node.config) ?? [], []) : []
}

/** A draft may hold a config that does not parse; the analysis says so, the card shows what it can. */
function tolerant<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
