import { rowKind } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { batchOf, type TestRow } from './testing/batches.ts'
import { OperatorHarness, type SnapshotFiles } from './testing/operator-harness.ts'
import { keyValueRow, sinkSpec } from './testing/plans.ts'
import { testRegistry } from './testing/test-operators.ts'
import { viewSink } from './view-sink.ts'

const registry = { ...testRegistry([]) }
registry.operators = { ...registry.operators, 'view-sink': viewSink }

function view(keys: number[], rowsMax: number, files?: SnapshotFiles) {
  const spec = {
    ...sinkSpec('view', keyValueRow),
    type: 'view-sink',
    config: { view: 'latest', keys, rowsMax, timeColumn: null },
    state: [
      {
        node: 'view',
        name: 'rows',
        version: 1,
        scope: 'list' as const,
        keyTypes: [],
        schema: 'row',
        hash: null,
      },
    ],
  }
  const former = files && { parallelism: 1, files: [files] }
  const harness = new OperatorHarness({ spec, registry, former })
  const feed = (...rows: TestRow[]) =>
    harness.feed({ is: 'batch', batch: batchOf(keyValueRow, rows) })
  const cells = () => harness.subtask.viewRows().map((row) => row.cells)
  return { harness, feed, cells }
}

const row = (key: string, value: bigint, kind = 0): TestRow => ({ cells: [key, value], kind })

describe('view sink', () => {
  it('keeps the latest row of each key, and drops the one that changed longest ago', () => {
    const { feed, cells, harness } = view([0], 2)
    feed(row('a', 1n), row('b', 2n), row('a', 3n))
    expect(cells()).toEqual([
      ['b', 2],
      ['a', 3],
    ])
    feed(row('c', 4n))
    expect(cells()).toEqual([
      ['a', 3],
      ['c', 4],
    ])
    expect(harness.subtask.viewRows()[0]).toMatchObject({ key: ['a'], eventTime: null })
  })

  it('removes deleted rows and does not flicker on updates', () => {
    const { feed, cells } = view([0], 10)
    feed(row('a', 1n), row('a', 1n, rowKind.updateBefore))
    expect(cells()).toEqual([['a', 1]])
    feed(row('a', 2n, rowKind.updateAfter), row('b', 1n), row('a', 2n, rowKind.delete))
    expect(cells()).toEqual([['b', 1]])
  })

  it('keeps the last rows without a key, and all digits of a BIGINT', () => {
    const { feed, cells } = view([], 2)
    feed(row('a', 1n), row('a', 1n), row('a', 2n ** 60n))
    expect(cells()).toEqual([
      ['a', 1],
      ['a', (2n ** 60n).toString()],
    ])
  })

  it('has its rows again after a restore, and goes on', () => {
    const before = view([0], 1000)
    for (let i = 0; i < 700; i++) before.feed(row(`k${i}`, BigInt(i)))
    const after = view([0], 1000, before.harness.checkpoint())
    expect(after.cells()).toEqual(before.cells())
    after.feed(row('k0', 7n))
    expect(after.cells().at(-1)).toEqual(['k0', 7])
    expect(after.cells()).toHaveLength(700)
  })
})
