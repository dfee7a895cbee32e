/** What the routers may ask of the server: one service per noun, each with its own state and lifecycle. */
import type {
  AuditEntry,
  BrowseFrom,
  BrowsePage,
  CompatibilityAnswer,
  CompatibilityLevel,
  DeletedVersions,
  DeployPlan,
  DeployResult,
  FillRecipe,
  ImportResult,
  Inference,
  KnownTopic,
  MadeByTemplates,
  MinuteMetrics,
  PipelineDetail,
  PipelineDocument,
  PipelineEvent,
  PipelineSummary,
  ProduceResult,
  RawMessage,
  RemovedTemplate,
  RunRecord,
  RunView,
  SaveResult,
  SchemaRehearsal,
  SchemaVersion,
  StudioSettings,
  SubjectSummary,
  SystemInfo,
  TailBatch,
  TapBatch,
  TemplateInfo,
  TopicCursor,
  TopicDescription,
  TopicSample,
  TopicSummary,
  TopicTime,
  Validation,
  VersionInfo,
  ViewRows,
} from './api-types.ts'

export interface PipelineService {
  list(): Promise<PipelineSummary[]>
  /** The list now and then once a second while somebody listens. */
  live(signal: AbortSignal): AsyncGenerator<PipelineSummary[]>
  events(signal: AbortSignal): AsyncGenerator<PipelineEvent>
  get(id: string): Promise<PipelineDetail>
  /** Makes an empty pipeline, or one from a document; the id is derived from the name and free. */
  create(input: { name: string; document?: unknown; by?: string }): Promise<PipelineDetail>
  save(input: { id: string; document: unknown; revision: number; by?: string }): Promise<SaveResult>
  rename(id: string, name: string): Promise<PipelineDetail>
  duplicate(id: string, name?: string): Promise<PipelineDetail>
  delete(id: string): Promise<void>
  validate(document: unknown): Promise<Validation>
  plan(id: string): Promise<DeployPlan>
  deploy(input: { id: string; revision: number; anew: boolean }): Promise<DeployResult>
  start(id: string, anew: boolean): Promise<DeployResult>
  stop(id: string): Promise<void>
  versions(id: string): Promise<VersionInfo[]>
  versionDocument(id: string, version: number): Promise<PipelineDocument>
  /** The printed document. */
  export(id: string, version: number | null): Promise<{ fileName: string; text: string }>
  import(text: string): Promise<PipelineDetail>
}

export interface RunService {
  status(pipeline: string): Promise<RunView>
  live(pipeline: string, signal: AbortSignal): AsyncGenerator<RunView>
  checkpoint(pipeline: string): Promise<{ id: number }>
  history(pipeline: string): Promise<RunRecord[]>
  metrics(pipeline: string, from: number, to: number): Promise<MinuteMetrics[]>
  tap(
    input: { pipeline: string; node: string; port: string; after: number | null },
    signal: AbortSignal,
  ): AsyncGenerator<TapBatch>
  view(pipeline: string, node: string): Promise<ViewRows>
  /** By the view's name, over all running pipelines; rows as objects, those with the given key only. */
  namedView(name: string, key: readonly string[] | null): Promise<Record<string, unknown>[]>
  viewLive(pipeline: string, node: string, signal: AbortSignal): AsyncGenerator<ViewRows>
}

export interface NewMessage {
  key: string | null
  value: string | null
  encoding: 'text' | 'base64'
  headers: { name: string; value: string }[]
  partition: number | null
  timestamp: number | null
}

export interface SampleRequest {
  topics: {
    topic: string
    /** Where event time lies in the value; null: the record's timestamp. */
    time: { path: string; unit: 'ms' | 's' | 'us' | 'iso8601' } | null
    /** Columns that keys are made of ("for each"): records are thinned by whole keys of these. */
    keyPaths: string[]
    format: 'json' | 'avro'
  }[]
  longestWindowMs: number
  recordsMax: number
}

export interface TopicService {
  list(internal: boolean): Promise<TopicSummary[]>
  live(internal: boolean, signal: AbortSignal): AsyncGenerator<TopicSummary[]>
  known(): Promise<KnownTopic[]>
  create(input: {
    name: string
    partitions: number
    configs: Record<string, string>
  }): Promise<TopicSummary>
  /** Refused with `topic-in-use` while running pipelines read or write it, unless `force`. */
  delete(name: string, force: boolean): Promise<void>
  describe(name: string): Promise<TopicDescription>
  browse(input: {
    name: string
    from: BrowseFrom
    partition: number | null
    limit: number
    filter: string
  }): Promise<BrowsePage>
  raw(name: string, partition: number, offset: number): Promise<RawMessage>
  tail(
    input: { name: string; cursor: TopicCursor | null; filter: string },
    signal: AbortSignal,
  ): AsyncGenerator<TailBatch>
  produce(name: string, messages: NewMessage[]): Promise<ProduceResult>
  infer(name: string): Promise<Inference>
  time(input: { name: string; column: string | null }): Promise<TopicTime>
  importText(input: {
    name: string
    text: string
    format: 'ndjson' | 'csv'
    keyField: string | null
  }): Promise<ImportResult>
  fillRecipes(): FillRecipe[]
  fill(input: { name: string; recipe: string; count: number }): Promise<{ written: number }>
  sample(request: SampleRequest): Promise<TopicSample>
}

export interface SchemaService {
  subjects(): Promise<SubjectSummary[]>
  versions(subject: string): Promise<SchemaVersion[]>
  register(subject: string, schema: string): Promise<SchemaVersion>
  /** One version, or all; their ids stay readable. `permanent`: the numbers of versions become free, too. */
  delete(subject: string, version: number | null, permanent: boolean): Promise<DeletedVersions>
  test(subject: string, schema: string): Promise<CompatibilityAnswer>
  rehearse(subject: string, schema: string): Promise<SchemaRehearsal>
  config(subject: string | null): Promise<CompatibilityLevel>
  /** Null: the subject gives up its own level. Answers the level that holds from now on. */
  setConfig(subject: string | null, level: CompatibilityLevel | null): Promise<CompatibilityLevel>
}

/** A topic in the place of a template's generator, and which of its columns stands for which of the template's. */
export interface TemplateTopic {
  topic: string
  columns: Record<string, string>
}

export interface TemplateService {
  list(): Promise<TemplateInfo[]>
  /** Makes the pipeline and deploys it. */
  start(id: string, on?: TemplateTopic): Promise<{ pipeline: string; version: number }>
  /** Removes the pipelines made from it, with topics that only they use. */
  remove(id: string): Promise<RemovedTemplate>
  /** What `removeAll` would take. */
  made(): Promise<MadeByTemplates>
  /** Removes what was made from any template. */
  removeAll(): Promise<RemovedTemplate>
}

export interface SystemService {
  info(): Promise<SystemInfo>
  settings(): Promise<StudioSettings>
  /** Changes those that are given; answers all. */
  setSettings(change: Partial<StudioSettings>): Promise<StudioSettings>
  audit(limit: number): Promise<AuditEntry[]>
}

export interface Services {
  pipelines: PipelineService
  runs: RunService
  topics: TopicService
  schemas: SchemaService
  templates: TemplateService
  system: SystemService
}
