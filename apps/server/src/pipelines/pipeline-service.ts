/** Pipelines for the studio: drafts that are never lost, versions, and what runs of them. */
import { AppError } from '@millrace/base'
import {
  emptyDocument,
  type PipelineDocument,
  parseDocument,
  printDocument,
} from '@millrace/schemas'
import type {
  KnownTopic,
  PipelineDetail,
  PipelineEvent,
  PipelineSummary,
  Problem,
  SaveResult,
  Validation,
  VersionInfo,
} from '../api-types.ts'
import type { JobControl } from '../jobs/job-control.ts'
import type { RunStore } from '../runs/run-store.ts'
import type { PipelineService } from '../services.ts'
import { Broadcast, polled } from '../store/broadcast.ts'
import { Turns } from '../store/turns.ts'
import type { KnownPipeline } from '../topics/references.ts'
import { differs } from './changes.ts'
import { checkedDocument, jsonOf, refusalProblems, wrongId } from './checked-document.ts'
import type { Compiler } from './compiler.ts'
import { Deployer } from './deployer.ts'
import { freeId, freeName } from './ids.ts'
import type { PipelineEntry } from './model.ts'
import type { PipelineStore } from './pipeline-store.ts'
import { compareSummaries, pipelineSummary, stateOf } from './pipeline-summary.ts'

const liveIntervalMs = 1000
/** Pipelines that one data directory may hold. */
const pipelinesMax = 2000

export interface PipelinesOptions {
  store: PipelineStore
  jobs: JobControl
  runs: RunStore
  compiler: Compiler
  topics(): Promise<readonly KnownTopic[]>
  audit(action: string, subject: string, words: string): void
}

interface NewPipeline {
  name: string
  document?: unknown
  by?: string
  template?: string
}

interface Save {
  id: string
  document: unknown
  revision: number
  by?: string
}

/** No pipeline has such an id. */
const creations = ''

export class Pipelines implements PipelineService {
  private readonly options: PipelinesOptions
  private readonly deployer: Deployer
  /** Saves of one pipeline, and creations, decide on what the one before has written. */
  private readonly turns = new Turns()
  private readonly told = new Broadcast<PipelineEvent>()
  /** Problems of a draft change only with its revision and the topics. */
  private readonly checked = new Map<string, { key: string; errors: Problem[] }>()

  constructor(options: PipelinesOptions) {
    this.options = options
    this.deployer = new Deployer(options, (event) => this.told.send(event))
  }

  /** Ids, names and documents, for whoever asks which topics are used by whom. */
  known(): KnownPipeline[] {
    const { store, jobs } = this.options
    return store.entries().map((entry) => ({
      id: entry.id,
      name: entry.draft.name,
      running: jobs.isActive(entry.id),
      documents: entry.current ? [entry.draft, entry.current.document] : [entry.draft],
    }))
  }

  /** Pipelines that were made from a template. */
  madeFrom(template: string): KnownPipeline[] {
    const made = new Set(
      this.options.store
        .entries()
        .filter((entry) => entry.template === template)
        .map(({ id }) => id),
    )
    return this.known().filter(({ id }) => made.has(id))
  }

  async list(): Promise<PipelineSummary[]> {
    const { store, jobs, runs } = this.options
    const topics = await this.options.topics()
    return store
      .entries()
      .map((entry) => {
        // A running job knows; only for the others the directory is read.
        const job = jobs.get(entry.id)
        const known = entry.current === null || job?.facts?.checkpoint
        const latest = known ? undefined : jobs.latestCheckpoint(entry.id)
        return pipelineSummary({
          entry,
          job,
          errors: this.errorsOf(entry, topics),
          restarts24h: runs.restarts24h(entry.id),
          checkpoint: latest ? { id: latest.id, at: latest.at } : null,
        })
      })
      .sort(compareSummaries)
  }

  private errorsOf(entry: PipelineEntry, topics: readonly KnownTopic[]): Problem[] {
    const key = `${entry.revision} ${JSON.stringify(topics)}`
    const before = this.checked.get(entry.id)
    if (before?.key === key) return before.errors
    const { problems } = this.options.compiler.validate(entry.draft, topics)
    const errors = problems.filter((problem) => problem.severity === 'error')
    this.checked.set(entry.id, { key, errors })
    return errors
  }

  live(signal: AbortSignal): AsyncGenerator<PipelineSummary[]> {
    return polled(() => this.list(), liveIntervalMs, signal)
  }

  events(signal: AbortSignal): AsyncGenerator<PipelineEvent> {
    return this.told.listen(signal)
  }

  async get(id: string): Promise<PipelineDetail> {
    return this.detailOf(this.options.store.get(id))
  }

  private detailOf(entry: PipelineEntry): PipelineDetail {
    const deployed = entry.current
    return {
      id: entry.id,
      document: entry.draft,
      revision: entry.revision,
      savedAt: entry.savedAt,
      state: stateOf(entry, this.options.jobs.get(entry.id)),
      deployed: deployed && {
        version: deployed.version,
        deployedAt: deployed.deployedAt,
        document: deployed.document,
      },
      draftDiffers: differs(entry.draft, deployed?.document ?? null),
      template: entry.template,
    }
  }

  create(input: NewPipeline): Promise<PipelineDetail> {
    return this.turns.take(creations, () => this.createNow(input))
  }

  private async createNow(input: NewPipeline): Promise<PipelineDetail> {
    const { store, compiler } = this.options
    if (store.model.pipelines.size >= pipelinesMax) throw tooManyPipelines()
    const name = freeName(input.name, (each) =>
      store.entries().some((entry) => entry.draft.name === each),
    )
    const id = freeId(name, (each) => store.find(each) !== undefined)
    const base =
      input.document === undefined
        ? { ...emptyDocument(id, name), settings: store.model.settings.newPipeline }
        : compiler.migrate(checkedDocument(input.document))
    await store.write({
      is: 'draft',
      id,
      revision: 1,
      savedAt: Date.now(),
      by: input.by ?? null,
      template: input.template ?? null,
      document: { ...base, id, name },
    })
    this.options.audit('create-pipeline', id, `Created pipeline ${name}.`)
    this.tell('saved', id, input.by ?? null)
    return this.get(id)
  }

  /** Takes the document only if nobody saved since `revision`; else answers with what is there. */
  save(input: Save): Promise<SaveResult> {
    return this.turns.take(input.id, () => this.saveNow(input))
  }

  private async saveNow(input: Save): Promise<SaveResult> {
    const { store } = this.options
    const entry = store.get(input.id)
    const document = checkedDocument(input.document)
    if (document.id !== input.id) throw wrongId(input.id, document.id)
    if (input.revision !== entry.revision) {
      const { draft, revision, savedAt } = entry
      return { ok: false, conflict: { document: draft, revision, savedAt } }
    }
    await this.write(entry, document, input.by ?? null)
    const { revision, savedAt, current, draft } = store.get(input.id)
    return {
      ok: true,
      revision,
      savedAt,
      draftDiffers: differs(draft, current?.document ?? null),
    }
  }

  private async write(
    entry: PipelineEntry,
    document: PipelineDocument,
    by: string | null,
  ): Promise<void> {
    await this.options.store.write({
      is: 'draft',
      id: entry.id,
      revision: entry.revision + 1,
      savedAt: Date.now(),
      by,
      template: entry.template,
      document,
    })
    this.tell('saved', entry.id, by)
  }

  rename(id: string, name: string): Promise<PipelineDetail> {
    return this.turns.take(id, async () => {
      const entry = this.options.store.get(id)
      await this.write(entry, { ...entry.draft, name }, null)
      this.tell('renamed', id, null)
      return this.get(id)
    })
  }

  async duplicate(id: string, name?: string): Promise<PipelineDetail> {
    const { draft } = this.options.store.get(id)
    return this.create({ name: name ?? `${draft.name} copy`, document: draft })
  }

  delete(id: string): Promise<void> {
    return this.deployer.alone(id, () => this.turns.take(id, () => this.deleteNow(id)))
  }

  private async deleteNow(id: string): Promise<void> {
    const { store, jobs, runs, audit } = this.options
    const { draft } = store.get(id)
    await jobs.forget(id)
    await store.write({ is: 'deleted', id, at: Date.now() })
    runs.forget(id)
    this.checked.delete(id)
    audit('delete-pipeline', id, `Deleted pipeline ${draft.name}.`)
    this.told.send({ is: 'deleted', id, revision: 0, by: null, at: Date.now() })
  }

  async validate(document: unknown): Promise<Validation> {
    const parsed = parseDocument(document)
    if (parsed.ok) {
      return this.options.compiler.validate(parsed.document, await this.options.topics())
    }
    return { types: {}, problems: refusalProblems(parsed.refusals) }
  }

  plan(id: string) {
    return this.deployer.plan(id)
  }

  deploy(input: { id: string; revision: number; anew: boolean }) {
    return this.deployer.deploy(input)
  }

  start(id: string, anew: boolean) {
    return this.deployer.start(id, anew)
  }

  stop(id: string): Promise<void> {
    return this.deployer.stop(id)
  }

  /** Starts what ran when the server ended; one that does not start does not keep the others from it. */
  resumeAll(): Promise<void> {
    return this.deployer.resumeAll()
  }

  async versions(id: string): Promise<VersionInfo[]> {
    const { versions, current } = this.options.store.get(id)
    return versions
      .map(({ version, deployedAt, summary, document }) => ({
        version,
        deployedAt,
        nodes: document.nodes.length,
        summary,
        current: version === current?.version,
      }))
      .sort((a, b) => b.version - a.version)
  }

  async versionDocument(id: string, version: number): Promise<PipelineDocument> {
    const found = this.options.store.get(id).versions.find((each) => each.version === version)
    if (found) return found.document
    throw new AppError(`Pipeline ${id} has no version ${version}.`, {
      code: 'version-not-found',
      origin: 'user',
      details: { pipeline: id, version },
    })
  }

  async export(id: string, version: number | null): Promise<{ fileName: string; text: string }> {
    const document =
      version === null ? this.options.store.get(id).draft : await this.versionDocument(id, version)
    const suffix = version === null ? '' : `-v${version}`
    return { fileName: `${id}${suffix}.millrace.json`, text: printDocument(document) }
  }

  async import(text: string): Promise<PipelineDetail> {
    const document = checkedDocument(jsonOf(text))
    return this.create({ name: document.name, document })
  }

  private tell(is: PipelineEvent['is'], id: string, by: string | null): void {
    const revision = this.options.store.find(id)?.revision ?? 0
    this.told.send({ is, id, revision, by, at: Date.now() })
  }
}

function tooManyPipelines(): AppError {
  return new AppError(`There are ${pipelinesMax} pipelines already. Delete some first.`, {
    code: 'too-many-pipelines',
    origin: 'user',
    details: { limit: pipelinesMax },
  })
}
