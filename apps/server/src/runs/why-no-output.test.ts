import { describe, expect, it } from 'vitest'
import type { NodeLedger } from '../api-types.ts'
import type { NodeShape } from './topology.ts'
import { type NodeSituation, whyNoOutput } from './why-no-output.ts'

const at = (clock: string) => Date.parse(`2026-11-22T${clock}Z`)

const ledger = (changes: Partial<NodeLedger>): NodeLedger => ({
  in: 0,
  out: {},
  passedOn: 0,
  filtered: 0,
  absorbed: 0,
  late: 0,
  lateAccepted: 0,
  deadLetters: 0,
  noEventTime: 0,
  held: 0,
  difference: 0,
  ...changes,
})

const shape = (changes: Partial<NodeShape>): NodeShape => ({
  node: 'n',
  name: 'N',
  kind: 'filter',
  entries: new Set(['n']),
  before: ['source'],
  sources: new Set(['source']),
  topic: null,
  isSource: false,
  isSink: false,
  windowSizeMs: null,
  condition: null,
  ...changes,
})

const situation = (changes: Partial<NodeSituation>): NodeSituation => ({
  shape: shape({}),
  ledger: ledger({}),
  outPerSecond: 0,
  holder: null,
  waitMs: 10_000,
  windows: [],
  passedOver: 0,
  feeders: [{ node: 'source', name: 'clicks', out: 1 }],
  timeSource: { node: 'source', name: 'clicks' },
  ...changes,
})

const windowShape = shape({ kind: 'window', windowSizeMs: 300_000 })
const sentence = (changes: Partial<NodeSituation>) => whyNoOutput(situation(changes))?.sentence

describe('why a node has no output', () => {
  it('nothing arrives: the topic is empty, or the node before gives nothing', () => {
    const source = shape({ isSource: true, topic: 'orders', before: [] })
    expect(whyNoOutput(situation({ shape: source, feeders: [] }))).toMatchObject({
      code: 'nothing-arrives',
      sentence: 'Nothing arrives: the topic orders has no record to read.',
      action: { is: 'open-topic', topic: 'orders' },
    })
    expect(whyNoOutput(situation({ shape: source, feeders: [], passedOver: 1204 }))).toMatchObject({
      sentence:
        'Nothing arrives: no record has come to orders since the start, and the 1,204 older ones are not read.',
      action: { is: 'edit-node', field: 'start' },
    })
    expect(sentence({})).toBe('Nothing arrives: clicks has given no row yet.')
  })

  it('all rows were filtered', () => {
    expect(
      whyNoOutput(
        situation({
          shape: shape({ condition: 'amount > 100' }),
          ledger: ledger({ in: 1204, filtered: 1204, out: { rows: 0 } }),
        }),
      ),
    ).toMatchObject({
      code: 'all-filtered',
      sentence: 'All 1,204 rows were filtered out: none meets amount > 100.',
      action: { is: 'edit-node', field: 'condition' },
    })
  })

  it('all rows were too late', () => {
    expect(
      sentence({
        shape: windowShape,
        ledger: ledger({ in: 1, late: 1, out: { rows: 0, late: 1 } }),
      }),
    ).toBe('The only row came too late for its window.')
  })

  it('no row has an event time', () => {
    expect(sentence({ shape: windowShape, ledger: ledger({ in: 7, noEventTime: 7 }) })).toBe(
      'None of the 7 rows has an event time, so no window can close. Choose the time column of clicks anew.',
    )
  })

  it('a partition holds time', () => {
    const holder = {
      words: 'Partition 4 of clicks holds time: no row for 2 min 37 s.',
      node: 'source',
      partition: 4,
      topic: 'clicks',
      since: 0,
    }
    expect(
      whyNoOutput(situation({ shape: windowShape, holder, ledger: ledger({ in: 5, held: 5 }) })),
    ).toMatchObject({ code: 'partition-holds-time', partition: 4, sentence: holder.words })
  })

  it('the window closes when a record later than its end and the wait arrives', () => {
    // 12:35 ──── 12:40 + 10 s: the watermark trails the newest event time by the wait
    const windows = [
      { start: at('12:35:00'), end: at('12:40:00'), state: 'open' as const, keys: 3 },
    ]
    const why = whyNoOutput(
      situation({ shape: windowShape, windows, ledger: ledger({ in: 5, held: 5 }) }),
    )
    expect(why).toMatchObject({ code: 'window-open', neededEventTime: at('12:40:10') })
    expect(why?.sentence).toBe(
      'The window from 2026-11-22 12:35 UTC to 2026-11-22 12:40 UTC closes when a record with an event time of ' +
        '2026-11-22 12:40:10 UTC or later arrives.',
    )
  })

  it('says nothing of a node that gives rows', () => {
    expect(whyNoOutput(situation({ ledger: ledger({ in: 5, out: { rows: 2 } }) }))).toBeNull()
  })
})
