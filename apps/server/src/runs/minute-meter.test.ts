import type { JobStatus } from '@millrace/engine/runtime'
import { describe, expect, it } from 'vitest'
import type { NodeFacts, RunFacts } from '../api-types.ts'
import { MinuteMeter } from './minute-meter.ts'
import type { NodeShape, Topology } from './topology.ts'

const shapes = new Map([
  ['in', { isSource: true, isSink: false } as NodeShape],
  ['out', { isSource: false, isSink: true } as NodeShape],
])
const topology: Topology = {
  nodes: shapes,
  topicOf: () => null,
  waitMsOf: () => 0,
  checkpointIntervalMs: 10_000,
}

/** Facts in which the source took `rowsIn` rows and the sink `rowsOut` since the state began. */
function facts(rowsIn: number, rowsOut: number): RunFacts {
  const node = (id: string, rows: number) =>
    ({
      node: id,
      busy: 0.5,
      stateBytes: 10,
      ledger: { in: rows, late: 0, deadLetters: 0 },
    }) as unknown as NodeFacts
  return {
    rowsBehind: 3,
    timeBehindMs: 2000,
    ledgerBalanced: true,
    nodes: { in: node('in', rowsIn), out: node('out', rowsOut) },
  } as unknown as RunFacts
}

const status = (at: number, checkpoints: JobStatus['checkpoints'] = []) =>
  ({ at, checkpoints }) as unknown as JobStatus

describe('the minute meter', () => {
  it('gives one record when a minute is over, with what was counted in it', () => {
    //  00:10     00:50 │ 01:01
    //     5        25  │   30
    const meter = new MinuteMeter(topology, false)
    expect(meter.add(status(10_000), facts(5, 1))).toBeNull()
    const checkpoint = { id: 1, state: 'complete', startedAt: 40_000, durationMs: 12 } as const
    const complete = { ...checkpoint, bytes: 1, cause: null }
    expect(meter.add(status(50_000, [complete]), facts(25, 2))).toBeNull()
    expect(meter.add(status(61_000, [complete]), facts(30, 2))).toMatchObject({
      at: 0,
      rowsIn: 25,
      rowsOut: 2,
      rowsBehind: 3,
      checkpoints: 1,
      checkpointMs: 12,
      stateBytes: 20,
      busy: 0.5,
    })
    expect(meter.finish()).toMatchObject({ at: 60_000, rowsIn: 5, checkpoints: 0 })
    expect(meter.totals()).toMatchObject({ rowsIn: 30, rowsOut: 2, maxRowsBehind: 3 })
  })

  it('does not count what a checkpoint brought back', () => {
    const meter = new MinuteMeter(topology, true)
    meter.add(status(1000), facts(1_000_000, 0))
    meter.add(status(2000), facts(1_000_010, 0))
    expect(meter.finish()).toMatchObject({ rowsIn: 10 })
    expect(meter.totals()).toMatchObject({ rowsIn: 10 })
  })
})
