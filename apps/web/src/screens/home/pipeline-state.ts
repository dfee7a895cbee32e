/** A pipeline's state as the list shows it: troubled first, with sign and word. */
import type { PipelineSummary } from '@millrace/server'
import type { Tone } from '../../ui/index.ts'

export interface ShownState {
  tone: Tone
  sign: string
  word: string
}

const words: Record<PipelineSummary['state'], ShownState> = {
  draft: { tone: 'plain', sign: '✎', word: 'Draft' },
  starting: { tone: 'accent', sign: '◌', word: 'Starting' },
  running: { tone: 'ok', sign: '●', word: 'Running' },
  restarting: { tone: 'warn', sign: '↻', word: 'Restarting' },
  stopping: { tone: 'plain', sign: '○', word: 'Stopping' },
  stopped: { tone: 'plain', sign: '○', word: 'Stopped' },
  failed: { tone: 'bad', sign: '✕', word: 'Failed' },
  finished: { tone: 'plain', sign: '✓', word: 'Finished' },
}

export function shownState(pipeline: Pick<PipelineSummary, 'state' | 'trouble'>): ShownState {
  if (pipeline.trouble === 'behind') return { tone: 'warn', sign: '▲', word: 'Behind' }
  if (pipeline.trouble === 'problems') return { tone: 'warn', sign: '▲', word: 'Problems' }
  return words[pipeline.state]
}

export type HomeFilter = 'all' | 'trouble' | 'running'

export function isRunning(pipeline: Pick<PipelineSummary, 'state'>): boolean {
  return ['starting', 'running', 'restarting'].includes(pipeline.state)
}

export function inTrouble(pipeline: PipelineSummary): boolean {
  return pipeline.trouble !== null
}

const troubles = ['failing', 'behind', 'problems'] as const

/** Troubled first, then running, then by name. */
export function compareForHome(a: PipelineSummary, b: PipelineSummary): number {
  const rank = ({ trouble, ...rest }: PipelineSummary) =>
    trouble === null ? troubles.length + (isRunning(rest) ? 0 : 1) : troubles.indexOf(trouble)
  return rank(a) - rank(b) || a.name.localeCompare(b.name)
}

/** Every word of the search occurs in name, state or cause. */
export function matchesSearch(pipeline: PipelineSummary, search: string): boolean {
  const text =
    `${pipeline.name} ${pipeline.id} ${shownState(pipeline).word} ${pipeline.cause ?? ''}`.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
