/** A pipeline as the home list shows it; pure over what is known of it. */
import type { PipelineDocument } from '@millrace/schemas'
import type { PipelineSummary, Problem } from '../api-types.ts'
import type { Job } from '../jobs/job-control.ts'
import { counted } from '../runs/words.ts'
import { differs } from './changes.ts'
import type { PipelineEntry } from './model.ts'

/** Rows behind, and time behind with a named cause, from which a pipeline counts as in trouble. */
const behindRowsMin = 1000
const behindMsMin = 10_000

export interface SummaryFacts {
  entry: PipelineEntry
  job: Job | undefined
  /** Errors of the draft. */
  errors: readonly Problem[]
  restarts24h: number
  checkpoint: { id: number; at: number } | null
}

export function pipelineSummary(facts: SummaryFacts): PipelineSummary {
  const { entry, job, errors, restarts24h, checkpoint } = facts
  const running = job?.state === 'running' ? job.facts : null
  const state = stateOf(entry, job)
  return {
    id: entry.id,
    name: entry.draft.name,
    state,
    ...troubleOf(facts, state),
    rowsInPerSecond: running?.rowsInPerSecond ?? null,
    rowsOutPerSecond: running?.rowsOutPerSecond ?? null,
    rowsBehind: running?.rowsBehind ?? null,
    timeBehindMs: running?.timeBehindMs ?? null,
    checkpoint: job?.facts?.checkpoint ?? checkpoint,
    resumedFrom: job?.restoredFrom ?? null,
    restarts24h,
    version: entry.current?.version ?? null,
    draftDiffers: differs(entry.draft, entry.current?.document ?? null),
    problems: errors.length,
    savedAt: entry.savedAt,
    template: entry.template,
    thumbnail: thumbnailOf(entry.draft),
  }
}

/** A deployed pipeline without a job in this process is stopped. */
export function stateOf(entry: PipelineEntry, job: Job | undefined): PipelineSummary['state'] {
  return job?.state ?? (entry.current === null ? 'draft' : 'stopped')
}

type Trouble = Pick<PipelineSummary, 'trouble' | 'cause' | 'causeNode'>

function troubleOf({ entry, job, errors }: SummaryFacts, state: PipelineSummary['state']): Trouble {
  const nameOf = (node: string | null) =>
    entry.draft.nodes.find((each) => each.id === node)?.name ?? node
  if (state === 'failed' || state === 'restarting') {
    const failure = job?.failure
    if (failure) {
      const where = failure.node === null ? '' : `Node “${nameOf(failure.node)}”: `
      return { trouble: 'failing', cause: where + failure.message, causeNode: failure.node }
    }
    return { trouble: 'failing', cause: 'The job ended without saying why.', causeNode: null }
  }
  const holder = state === 'running' ? job?.facts?.cause : null
  if (holder && isBehind(job)) {
    return { trouble: 'behind', cause: holder.words, causeNode: holder.node }
  }
  if (state === 'draft' && errors.length > 0) {
    const first = errors[0]
    const count = errors.length === 1 ? '' : `${counted(errors.length, 'problem')}: `
    // One that is not begun yet lacks everything, but nothing is wrong with it.
    const trouble = entry.draft.nodes.length === 0 ? null : 'problems'
    return { trouble, cause: count + first.message, causeNode: first.node ?? null }
  }
  const resumed = job?.restoredFrom ?? null
  const cause = resumed === null ? null : `resumed from checkpoint ${resumed}`
  return { trouble: null, cause, causeNode: null }
}

function isBehind(job: Job | undefined): boolean {
  const facts = job?.facts
  if (!facts) return false
  return facts.rowsBehind >= behindRowsMin || (facts.timeBehindMs ?? 0) >= behindMsMin
}

function thumbnailOf(document: PipelineDocument): PipelineSummary['thumbnail'] {
  return {
    nodes: document.nodes.map(({ id, kind, position }) => ({ id, kind, ...position })),
    edges: document.edges.map(({ from, to }) => ({ from: from.node, to: to.node })),
  }
}

const troubleOrder = { failing: 0, behind: 1, problems: 2 }
const stateOrder: Record<PipelineSummary['state'], number> = {
  failed: 0,
  restarting: 0,
  starting: 1,
  running: 1,
  stopping: 1,
  finished: 2,
  stopped: 2,
  draft: 3,
}

/** Troubled first, then running, then by name. */
export function compareSummaries(a: PipelineSummary, b: PipelineSummary): number {
  const trouble = (each: PipelineSummary) => (each.trouble ? troubleOrder[each.trouble] : 3)
  return (
    trouble(a) - trouble(b) ||
    stateOrder[a.state] - stateOrder[b.state] ||
    a.name.localeCompare(b.name)
  )
}
