/** From a saved draft to a running version: compiles, stores, starts; and resumes after a restart of the server. */
import { AppError, messageOf } from '@millrace/base'
import type { PhysicalPlan } from '@millrace/engine/plan'
import type { PipelineDocument } from '@millrace/schemas'
import type { DeployPlan, DeployResult, PipelineEvent, Problem } from '../api-types.ts'
import type { Job } from '../jobs/job-control.ts'
import { Turns } from '../store/turns.ts'
import { edgesDiffer, nodeChanges, stableText, summaryOf } from './changes.ts'
import type { PipelineEntry, VersionState } from './model.ts'
import type { PipelinesOptions } from './pipeline-service.ts'
import { stateFits } from './state-fit.ts'

export class Deployer {
  private readonly options: PipelinesOptions
  private readonly tell: (event: PipelineEvent) => void
  /** Deploys, starts and stops of one pipeline follow each other. */
  private readonly turns = new Turns()

  constructor(options: PipelinesOptions, tell: (event: PipelineEvent) => void) {
    this.options = options
    this.tell = tell
  }

  /** What a deploy of the saved draft would do. */
  async plan(id: string): Promise<DeployPlan> {
    const entry = this.options.store.get(id)
    const next = nextVersion(entry)
    const document = entry.draft
    const compiled = await this.compile(document, next)
    const base = {
      nextVersion: next,
      edgesChanged: edgesDiffer(entry.current?.document ?? null, document),
      settingsChanged: settingsDiffer(entry),
      checkpoint: this.options.jobs.latestCheckpoint(id) ?? null,
    }
    if (!compiled.ok) {
      return { ...base, problems: compiled.problems, changes: [], mustStartAnew: false }
    }
    const after = { document, plan: compiled.plan }
    const hasState = base.checkpoint !== null || this.options.jobs.isActive(id)
    const mustStartAnew = hasState && !stateFits(entry.current?.plan ?? null, compiled.plan)
    const changes = nodeChanges({ before: entry.current, after, anew: mustStartAnew })
    return { ...base, problems: [], changes, mustStartAnew }
  }

  deploy(input: { id: string; revision: number; anew: boolean }): Promise<DeployResult> {
    return this.turns.take(input.id, async () => {
      const { store, jobs, audit } = this.options
      const entry = store.get(input.id)
      if (input.revision !== entry.revision) throw savedMeanwhile(input.id)
      const version = nextVersion(entry)
      // The draft may be saved anew while this goes on; what was compiled is what is stored.
      const document = entry.draft
      const compiled = await this.compile(document, version)
      if (!compiled.ok) return compiled
      const fits = stateFits(entry.current?.plan ?? null, compiled.plan)
      // A job without a checkpoint yet has nothing to lose that was ever safe.
      if (!fits && !input.anew && jobs.latestCheckpoint(entry.id)) return stateWouldBeLost
      if (jobs.isActive(entry.id)) await jobs.stop(entry.id)
      const restore = fits && !input.anew
      const stored = await this.store(entry, { version, document, plan: compiled.plan })
      audit('deploy', entry.id, `Deployed version ${version} of ${document.name}.`)
      return this.run(entry.id, stored, restore)
    })
  }

  /** Starts the version that was deployed last. */
  start(id: string, anew: boolean): Promise<DeployResult> {
    return this.turns.take(id, async () => {
      const { store, jobs, audit } = this.options
      const { current, draft } = store.get(id)
      if (!current) throw neverDeployed(id)
      if (jobs.isActive(id)) {
        return {
          ok: true,
          version: current.version,
          resumedFrom: jobs.get(id)?.restoredFrom ?? null,
        }
      }
      await this.want(id, current.version, true)
      audit('start', id, `Started ${draft.name}, version ${current.version}.`)
      return this.run(id, current, !anew)
    })
  }

  stop(id: string): Promise<void> {
    return this.turns.take(id, async () => {
      const { store, jobs, audit } = this.options
      const entry = store.get(id)
      if (entry.wanted && entry.current) await this.want(id, entry.current.version, false)
      await jobs.stop(id)
      audit('stop', id, `Stopped ${entry.draft.name}.`)
      this.told(id, 'state')
    })
  }

  /** Runs `work` while nothing of this pipeline is deployed, started or stopped. */
  alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.turns.take(id, work)
  }

  async resumeAll(): Promise<void> {
    const wanted = this.options.store.entries().filter((entry) => entry.wanted && entry.current)
    await Promise.all(
      wanted.map((entry) =>
        this.turns
          .take(entry.id, async () => {
            if (entry.current) await this.run(entry.id, entry.current, true)
          })
          .catch(() => undefined),
      ),
    )
  }

  private async compile(
    document: PipelineDocument,
    version: number,
  ): Promise<{ ok: true; plan: PhysicalPlan } | { ok: false; problems: Problem[] }> {
    const topics = await this.options.topics()
    return this.options.compiler.compile(document, { version, topics })
  }

  private async store(
    entry: PipelineEntry,
    {
      version,
      document,
      plan,
    }: { version: number; document: PipelineDocument; plan: PhysicalPlan },
  ): Promise<VersionState> {
    const after = { document, plan }
    const changes = nodeChanges({ before: entry.current, after, anew: false })
    const edges = edgesDiffer(entry.current?.document ?? null, document)
    const settings = settingsDiffer({ ...entry, draft: document })
    const summary =
      entry.current === null ? 'first version' : summaryOf(changes, { edges, settings })
    const record = { version, deployedAt: Date.now(), summary, document, plan }
    await this.options.store.write({ is: 'version', id: entry.id, ...record })
    await this.want(entry.id, version, true)
    this.told(entry.id, 'deployed')
    return record
  }

  private want(id: string, version: number, running: boolean): Promise<void> {
    return this.options.store.write({ is: 'wanted', id, version, running, at: Date.now() })
  }

  private async run(id: string, version: VersionState, restore: boolean): Promise<DeployResult> {
    let job: Job
    try {
      job = await this.options.jobs.start(id, version, restore)
    } catch (error) {
      throw startFailed(id, error)
    } finally {
      this.told(id, 'state')
    }
    return { ok: true, version: version.version, resumedFrom: job.restoredFrom }
  }

  private told(id: string, is: PipelineEvent['is']): void {
    const revision = this.options.store.find(id)?.revision ?? 0
    this.tell({ is, id, revision, by: null, at: Date.now() })
  }
}

function nextVersion(entry: PipelineEntry): number {
  return Math.max(0, ...entry.versions.map((each) => each.version)) + 1
}

function settingsDiffer({ current, draft }: PipelineEntry): boolean {
  return current !== null && stableText(current.document.settings) !== stableText(draft.settings)
}

/** Nothing is thrown away without being asked to. */
const stateWouldBeLost: DeployResult = {
  ok: false,
  problems: [
    {
      code: 'state-would-be-lost',
      severity: 'error',
      message:
        'The state of the deployed version does not fit this draft. Deploy it anew, which forgets that state, or undo the change.',
      fixes: [],
    },
  ],
}

function savedMeanwhile(id: string): AppError {
  return new AppError(
    'The draft was saved somewhere else since you looked at it. Look at the changes, then deploy again.',
    { code: 'draft-conflict', origin: 'user', details: { pipeline: id } },
  )
}

function neverDeployed(id: string): AppError {
  return new AppError(`The pipeline ${id} has never been deployed. Deploy it first.`, {
    code: 'never-deployed',
    origin: 'user',
    details: { pipeline: id },
  })
}

function startFailed(id: string, cause: unknown): AppError {
  const known = cause instanceof AppError
  return new AppError(`The pipeline ${id} did not start: ${messageOf(cause)}`, {
    code: known ? cause.code : 'start-failed',
    origin: known ? cause.origin : 'internal',
    retriable: known && cause.retriable,
    details: { pipeline: id, ...(known ? cause.details : {}) },
    cause,
  })
}
