/** Rows behind, time behind with its cause, last checkpoint, ledger. Never calm while something is wrong. */
import type { RunView } from '@millrace/server'
import { useState } from 'react'
import { useStore } from 'zustand'
import { connection } from '../../../api/connection.ts'
import { useNow } from '../../../app/clock.ts'
import {
  formatAgo,
  formatCompact,
  formatCount,
  formatDuration,
  formatShortDuration,
} from '../../../format/index.ts'
import { Chip, type Tone } from '../../../ui/index.ts'
import { isRunning } from '../live/live-store.ts'
import { type PipelineModel, useLive, useModel } from '../model.ts'
import styles from './PipelineHeader.module.css'

export interface Fact {
  id: string
  tone: Tone
  words: string
  /** For narrow windows. */
  short: string
  definition: string
  opens?: 'time' | 'checkpoints' | 'runs'
}

/** More rows behind than this is amber when it does not shrink. */
const rowsBehindWarn = 100_000

export function factsOf(view: RunView | null, now: number): Fact[] {
  if (!view || view.version === null) return []
  if (view.state === 'failed')
    return [
      fact('state', 'bad', 'Failed', 'Failed', view.failure?.message ?? 'The job failed', 'runs'),
    ]
  if (!isRunning(view)) {
    const word = view.state === 'finished' ? 'Finished' : 'Stopped'
    return [fact('state', 'plain', word, word, 'No job runs now', 'runs')]
  }
  const facts: Fact[] = []
  if (view.state !== 'running') {
    const words = stateWords(view)
    const tone = view.state === 'restarting' ? 'bad' : 'plain'
    facts.push(
      fact(
        'state',
        tone,
        words,
        words,
        view.failure?.message ?? 'The job changes its state',
        'runs',
      ),
    )
  }
  const { facts: run } = view
  if (!run) return facts
  return [...facts, rowsFact(run), timeFact(run), checkpointFact(view, now), ledgerFact(view, run)]
}

type Run = NonNullable<RunView['facts']>

function fact(
  id: string,
  tone: Tone,
  words: string,
  short: string,
  definition: string,
  opens?: Fact['opens'],
): Fact {
  return { id, tone, words, short, definition, opens }
}

function stateWords(view: RunView): string {
  if (view.state === 'starting' && view.resumedFrom !== null)
    return `Resuming from checkpoint ${view.resumedFrom}`
  return view.state.charAt(0).toUpperCase() + view.state.slice(1)
}

function rowsFact(run: Run): Fact {
  const rows = `${formatCount(run.rowsBehind)} ${run.rowsBehind === 1 ? 'row' : 'rows'}`
  return fact(
    'rows',
    run.rowsBehind > rowsBehindWarn ? 'warn' : 'plain',
    `Behind ${rows}`,
    `${formatCompact(run.rowsBehind)} ${run.rowsBehind === 1 ? 'row' : 'rows'} behind`,
    `Behind ${rows}: in the source topics and not read by the pipeline yet`,
    'time',
  )
}

function timeFact(run: Run): Fact {
  const { timeBehindMs, cause } = run
  if (timeBehindMs === null)
    return fact(
      'time',
      'plain',
      'No event time yet',
      'No event time',
      'No watermark has come through yet',
      'time',
    )
  const behind = Math.max(0, Math.round(timeBehindMs / 100) * 100)
  const who = cause && (cause.partition === null ? cause.node : `partition ${cause.partition}`)
  return fact(
    'time',
    cause ? 'warn' : 'plain',
    `Time ${formatDuration(behind)} behind${who ? `: ${who}` : ''}`,
    `${formatShortDuration(behind)} behind${who ? `: ${who}` : ''}`,
    cause?.words ?? 'Event time: newest row read minus the slowest watermark',
    'time',
  )
}

function checkpointFact(view: RunView, now: number): Fact {
  const { checkpoint, nextCheckpointAt } = view.facts as Run
  const last = view.status?.checkpoints.at(-1)
  if (last?.state === 'failed')
    return fact(
      'checkpoint',
      'bad',
      'Checkpoint failed',
      'Checkpoint failed',
      last.cause ?? '',
      'checkpoints',
    )
  const definition = 'The newest complete checkpoint: after a crash the job goes on from there'
  if (checkpoint) {
    const ago = formatAgo(checkpoint.at, now)
    return fact('checkpoint', 'plain', `Checkpoint ${ago}`, `⚑ ${ago}`, definition, 'checkpoints')
  }
  const soon = nextCheckpointAt !== null && nextCheckpointAt > now
  const words = soon
    ? `First checkpoint in ${formatDuration(Math.ceil((nextCheckpointAt - now) / 1000) * 1000)}`
    : 'No checkpoint yet'
  return fact('checkpoint', 'plain', words, words, definition, 'checkpoints')
}

function ledgerFact(view: RunView, run: Run): Fact {
  if (run.ledgerBalanced)
    return fact(
      'ledger',
      'ok',
      'Every row accounted for',
      'Accounted',
      'Every row accounted for. At every node: in = passed on + filtered + in results + late + dead letters + held',
    )
  const words = `Ledger is off at ${offNodes(view)}`
  return fact(
    'ledger',
    'bad',
    words,
    words,
    'A node has lost or doubled rows: this is a bug in Millrace. Please report it.',
  )
}

function offNodes(view: RunView): string {
  const nodes = Object.values(view.facts?.nodes ?? {}).filter(
    (node) => node.ledger.difference !== 0,
  )
  return nodes.map((node) => node.node).join(', ') || 'a node'
}

export function FactChips() {
  const model = useModel()
  const view = useLive((state) => state.view)
  const lost = useStore(connection, (state) => state.state === 'lost')
  const now = useServerNow(view?.at ?? 0)
  const facts = factsOf(view, now)
  const calm = facts.every((item) => item.tone === 'plain' || item.tone === 'ok')
  return (
    <div className={styles.facts} data-calm={calm || undefined}>
      {facts.map((fact) => (
        <Chip
          key={fact.id}
          tone={lost ? 'plain' : fact.tone}
          definition={
            lost ? `As it was before the connection was lost. ${fact.definition}` : fact.definition
          }
          onClick={fact.opens && (() => open(model, fact.opens))}
        >
          <span className={styles.long}>{fact.words}</span>
          <span className={styles.short}>{fact.short}</span>
        </Chip>
      ))}
    </div>
  )
}

function open(model: PipelineModel, tab: Fact['opens']): void {
  if (tab) model.panes.setState({ dockOpen: true, dockTab: tab })
}

/** The server's clock, going on between its reports. */
function useServerNow(at: number): number {
  const now = useNow()
  const [report, setReport] = useState({ at, on: now })
  if (report.at !== at) setReport({ at, on: Date.now() })
  return at + Math.max(0, now - report.on)
}
