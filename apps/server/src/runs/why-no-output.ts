/** Why a node has input and no output, in one sentence with one action; pure. */
import type { WindowStatus } from '@millrace/engine/runtime'
import type { NodeLedger, TimeHolder, WhyNoOutput } from '../api-types.ts'
import type { NodeShape } from './topology.ts'
import { counted, eventTimeText, grouped } from './words.ts'

/** What is known of one node at one instant. */
export interface NodeSituation {
  shape: NodeShape
  ledger: NodeLedger
  /** Rows on the main port in the last few seconds, a second. */
  outPerSecond: number
  /** Who holds the time of its sources. */
  holder: TimeHolder | null
  /** How long its sources wait for rows out of order, ms. */
  waitMs: number
  windows: readonly WindowStatus[]
  /** Names of the nodes that feed it. */
  feeders: readonly { node: string; name: string; out: number }[]
  /** Records of a source's topic that lie before its position though it read none: it began behind them. */
  passedOver: number
  /** Where its sources' time column is set. */
  timeSource: { node: string; name: string } | null
}

/** Null: it has output, or there is nothing to say. */
export function whyNoOutput(situation: NodeSituation): WhyNoOutput | null {
  const { shape, ledger } = situation
  if (shape.isSink && ledger.in > 0) return null
  if (ledger.in === 0) return nothingArrives(situation)
  const out = mainRows(ledger)
  if (shape.windowSizeMs !== null) return whyWindow(situation, out)
  if (out > 0) return null
  if (ledger.deadLetters >= ledger.in) return allDeadLetters(situation)
  if (ledger.filtered >= ledger.in) return allFiltered(situation)
  return null
}

/** "All 1,204 rows were", "The only row was". */
function all(count: number, noun: string, verb: string): string {
  return count === 1 ? `The only ${noun} ${verb}` : `All ${counted(count, noun)} ${verb}`
}

function mainRows(ledger: NodeLedger): number {
  return Object.entries(ledger.out)
    .filter(([port]) => port !== 'dead-letters' && port !== 'late')
    .reduce((sum, [, rows]) => sum + rows, 0)
}

function whyWindow(situation: NodeSituation, out: number): WhyNoOutput | null {
  const { shape, ledger, holder } = situation
  if (out === 0 && ledger.late >= ledger.in) return allLate(situation)
  if (out === 0 && ledger.noEventTime >= ledger.in) return noEventTime(situation)
  const waits = situation.outPerSecond === 0 && ledger.held > 0
  if (waits && holder) {
    return {
      code: 'partition-holds-time',
      sentence: holder.words,
      action: { is: 'show-time', label: 'Show who holds time', node: shape.node },
      partition: holder.partition,
      neededEventTime: null,
    }
  }
  if (out > 0) return null
  return windowOpen(situation)
}

function windowOpen(situation: NodeSituation): WhyNoOutput | null {
  const first = situation.windows.find((window) => window.state === 'open')
  if (!first) return null
  // The watermark is the newest event time − waitMs − 1 and the window fires once it reaches end − 1.
  const needed = first.end + situation.waitMs
  return {
    code: 'window-open',
    sentence:
      `The window from ${eventTimeText(first.start)} to ${eventTimeText(first.end)} closes when a record ` +
      `with an event time of ${eventTimeText(needed)} or later arrives.`,
    action: { is: 'show-time', label: 'Show event time', node: situation.shape.node },
    partition: null,
    neededEventTime: needed,
  }
}

function nothingArrives(situation: NodeSituation): WhyNoOutput | null {
  const { shape, feeders } = situation
  const base = { code: 'nothing-arrives' as const, partition: null, neededEventTime: null }
  if (shape.isSource && shape.topic !== null && situation.passedOver > 0) {
    const older = situation.passedOver === 1 ? 'older one is' : 'older ones are'
    return {
      ...base,
      sentence:
        `Nothing arrives: no record has come to ${shape.topic} since the start, and the ` +
        `${grouped(situation.passedOver)} ${older} not read.`,
      action: {
        is: 'edit-node',
        label: 'Change where it starts',
        node: shape.node,
        field: 'start',
      },
    }
  }
  if (shape.isSource && shape.topic !== null) {
    return {
      ...base,
      sentence: `Nothing arrives: the topic ${shape.topic} has no record to read.`,
      action: { is: 'open-topic', label: `Open ${shape.topic}`, topic: shape.topic },
    }
  }
  const feeder = feeders[0]
  if (!feeder) return null
  return {
    ...base,
    sentence: `Nothing arrives: ${feeder.name} has given no row yet.`,
    action: { is: 'show-data', label: `Look at ${feeder.name}`, node: feeder.node },
  }
}

function noEventTime(situation: NodeSituation): WhyNoOutput {
  const source = situation.timeSource
  return {
    code: 'no-event-time',
    sentence:
      `None of the ${counted(situation.ledger.in, 'row')} has an event time, so no window can close. ` +
      `Choose the time column${source ? ` of ${source.name}` : ''} anew.`,
    action: {
      is: 'edit-node',
      label: 'Choose the time column',
      node: source?.node ?? situation.shape.node,
      field: 'time',
    },
    partition: null,
    neededEventTime: null,
  }
}

function allLate(situation: NodeSituation): WhyNoOutput {
  return {
    code: 'all-late',
    sentence: `${all(situation.ledger.late, 'row', 'came')} too late for ${situation.ledger.late === 1 ? 'its window' : 'their windows'}.`,
    action: {
      is: 'edit-node',
      label: 'Accept later rows',
      node: situation.shape.node,
      field: 'allowedLatenessMs',
    },
    partition: null,
    neededEventTime: null,
  }
}

function allFiltered(situation: NodeSituation): WhyNoOutput {
  const { shape, ledger } = situation
  const by = shape.condition === null ? '' : `: none meets ${shape.condition}`
  return {
    code: 'all-filtered',
    sentence: `${all(ledger.filtered, 'row', ledger.filtered === 1 ? 'was' : 'were')} filtered out${by}.`,
    action: { is: 'edit-node', label: 'Edit the condition', node: shape.node, field: 'condition' },
    partition: null,
    neededEventTime: null,
  }
}

function allDeadLetters(situation: NodeSituation): WhyNoOutput {
  const { shape, ledger } = situation
  return {
    code: 'all-dead-letters',
    sentence: `${all(ledger.deadLetters, 'record', 'went')} to the dead letters: none could be decoded.`,
    action: { is: 'edit-node', label: 'Edit the columns', node: shape.node, field: 'columns' },
    partition: null,
    neededEventTime: null,
  }
}
