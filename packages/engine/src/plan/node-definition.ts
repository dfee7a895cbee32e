/** What a node kind tells the studio and the compiler: one folder a kind, one schema for config and form. */
import type { DocumentNode, EdgeType, PipelineSettings, RowType } from '@millrace/schemas'
import type { ZodType } from 'zod'
import type { PhysicalEdge, PhysicalOperator } from './physical.ts'
import type { Fix, Problem } from './problems.ts'

export type NodeGroup = 'source' | 'row' | 'keyed' | 'code' | 'sink'

export interface Port {
  name: string
  /** Shown on hover and read aloud. */
  title: string
  /** `fate` ports carry what did not go the main way: late rows, dead letters, side outputs. */
  role: 'main' | 'fate'
  /** Icon and dashing of a fate. */
  fate?: 'late' | 'dead-letters' | 'side'
}

/** What is known of a topic while drawing: nothing is fetched during inference. */
export interface KnownTopic {
  name: string
  partitions: number
  format?: 'json' | 'avro'
  columns?: EdgeType['row']
}

export interface InferContext<Config> {
  node: DocumentNode
  config: Config
  settings: PipelineSettings
  /** One for each input port, in the order of `inputs`; undefined: not connected, or its type is not known. */
  inputs: readonly (EdgeType | undefined)[]
  /** Is the input port connected at all? */
  connected: readonly boolean[]
  /** Which output ports are connected. */
  wired: ReadonlySet<string>
  topics: ReadonlyMap<string, KnownTopic>
  /** The sources upstream that give no event time, and the fixes that would give one. Computed on demand. */
  timelessSources(): UpstreamNodes
  /** The nodes upstream that make rows replace earlier ones, and the fixes that make them stop. Computed on demand. */
  replacingNodes(): UpstreamNodes
}

export interface UpstreamNodes {
  /** Names as the user sees them. */
  names: readonly string[]
  fixes: readonly Fix[]
}

export interface Inferred {
  /** By output port name; absent: the type cannot be known yet. */
  outputs: Readonly<Record<string, EdgeType>>
  problems: readonly Problem[]
}

export interface CompileContext<Config> extends InferContext<Config> {
  /** Types of this node's outputs, as inferred. */
  outputs: Readonly<Record<string, EdgeType>>
  /** What really arrives at each input port: the columns of the edge type that the plan uses, in its order. */
  rows: readonly RowType[]
  /** Columns that anything downstream of this output port reads; for pruning at the source. */
  neededColumns(port: string): ReadonlySet<string>
  /** Must the rows of this node carry origins: does anything downstream want them, and do they arrive? */
  originsNeeded: boolean
  /** Do all rows that arrive carry origins? True for a source. */
  originsArrive: boolean
  pipeline: string
  /** The longest event-time window of the pipeline, ms; a generator's history is a multiple of it. */
  longestWindowMs: number
}

/** The operators of one node and how its ports meet them. */
export interface CompiledNode {
  operators: readonly PhysicalOperator[]
  /** Edges among these operators. */
  edges: readonly PhysicalEdge[]
  /** For each input port, in order: where its rows enter, and the exchange that they must take there. */
  inputs: readonly { operator: string; input: number; exchange: PhysicalEdge['exchange'] }[]
  /** For each output port: where its rows leave. */
  outputs: Readonly<Record<string, { operator: string; output: number }>>
}

export interface NodeDefinition<Config = Record<string, unknown>> {
  kind: string
  /** Version of the config. */
  version: number
  group: NodeGroup
  /** Palette entry and default name. */
  title: string
  /** Name of a lucide icon. */
  icon: string
  /** One sentence: what it does. */
  tagline: string
  /** Also the form: `.meta({ title, description, widget, unit, … })` on each field. */
  config: ZodType<Config>
  /** A config that a new node starts with; may have problems, must parse. */
  initial(): Config
  /** `migrations[n]` turns a config of version n + 1 into version n + 2. */
  migrations: readonly ((config: Record<string, unknown>) => Record<string, unknown>)[]
  inputs: readonly Port[]
  outputs(config: Config): readonly Port[]
  /** The card's second line: at most two lines of plain words. */
  describe(config: Config): readonly string[]
  /** Key columns ("for each"), shown as a pill on the incoming edge. */
  forEach?(config: Config): readonly string[]
  /** Types, problems and fixes; pure, fast, never throws on a config that parses. */
  infer(context: InferContext<Config>): Inferred
  compile(context: CompileContext<Config>): CompiledNode
  /** Columns of the input that this node reads itself, given what is needed downstream. */
  readColumns(context: CompileContext<Config>): ReadonlySet<string>
  /** What becomes of origins (partition, offset): read here, handed on to whoever wants them, or dropped (default). */
  origins?(context: InferContext<Config>): 'reads' | 'passes' | 'drops'
  /** Length of the longest event-time window that this node keeps, ms. */
  windowMs?(config: Config): number
  /** For sources without event time: edits that choose one of the columns. */
  timeFixes?(node: DocumentNode, config: Config): readonly Fix[]
  /** For nodes that make an append input replace rows: edits after which they do not. */
  appendFixes?(node: DocumentNode, config: Config): readonly Fix[]
  /** Markdown for `docs/nodes/<kind>.md` and the Docs tab. */
  docs: string
}

/** Node definitions by kind: injected, the engine never imports the catalogue. */
export type NodeCatalogue = ReadonlyMap<string, NodeDefinition<never>>

/** Keeps the config type while defining, forgets it in the catalogue. */
export function defineNode<Config>(definition: NodeDefinition<Config>): NodeDefinition<Config> {
  return definition
}
