/**
 * Checks an operator in every way that must make no difference: the same input whole, row by row, with a full output
 * queue, and with snapshot and restore between any two inputs. Afterwards its state must be empty. After Jet's TestSupport.
 */
import type { Element, RowType } from '@millrace/schemas'
import { expect } from 'vitest'
import type { PhysicalOperator } from '../../plan/physical.ts'
import { unaccountedRows } from '../metrics.ts'
import type { OperatorRegistry } from '../operator.ts'
import { batchOf, rowsOf, rowText, type TestRow } from './batches.ts'
import { OperatorHarness, type Outputs } from './operator-harness.ts'

export type VerifyInput = { row: TestRow } | { watermark: number }

export interface VerifyOptions {
  /** The input ends before the last window does. */
  stateMayRemain?: boolean
}

interface Variant {
  name: string
  wholeBatches: boolean
  outputRoom?: number
  /** Restore before these inputs. */
  restoreBefore: (index: number) => boolean
}

export function verifyOperator(
  spec: PhysicalOperator,
  registry: OperatorRegistry,
  options: VerifyOptions = {},
) {
  let inputs: readonly VerifyInput[] = []
  const verification = {
    input(...elements: readonly VerifyInput[]) {
      inputs = elements
      return verification
    },
    /** One list of texts for each output: rows as `rowText`, watermarks as `watermark T`. */
    expect(...outputs: readonly (readonly string[])[]) {
      for (const variant of variantsFor(inputs.length)) {
        const harness = run(spec, registry, { inputs, variant })
        expect(harness.texts, variant.name).toEqual(outputs.map(normalised))
        expect(unaccountedRows(harness.last.subtask.counters), `${variant.name}: ledger`).toBe(0)
        if (options.stateMayRemain) continue
        const { openWindows, counters } = harness.last.subtask.status()
        expect(openWindows ?? 0, `${variant.name}: windows left`).toBe(0)
        expect(counters.held, `${variant.name}: rows held`).toBe(0)
      }
    },
  }
  return verification
}

function variantsFor(count: number): Variant[] {
  const never = () => false
  const variants: Variant[] = [
    { name: 'whole', wholeBatches: true, restoreBefore: never },
    { name: 'row by row', wholeBatches: false, restoreBefore: never },
    { name: 'full output queue', wholeBatches: true, outputRoom: 1, restoreBefore: never },
    { name: 'restored before every input', wholeBatches: false, restoreBefore: () => true },
  ]
  for (let at = 0; at <= count; at++) {
    const restoreBefore = (index: number) => index === at
    variants.push({ name: `restored before input ${at}`, wholeBatches: false, restoreBefore })
  }
  return variants
}

function run(
  spec: PhysicalOperator,
  registry: OperatorRegistry,
  options: { inputs: readonly VerifyInput[]; variant: Variant },
): { texts: string[][]; last: OperatorHarness } {
  const { inputs, variant } = options
  const { outputRoom } = variant
  let harness = new OperatorHarness({ spec, registry, outputRoom })
  let lastWatermark: number | null = null
  const outputs: Outputs = spec.outputs.map(() => [])
  const take = (more: Outputs) => {
    more.forEach((elements, index) => {
      outputs[index].push(...elements)
    })
  }
  for (const [index, element] of elementsOf(inputs, spec.inputs[0], variant).entries()) {
    if (variant.restoreBefore(index)) {
      const files = [harness.checkpoint()]
      harness = new OperatorHarness({
        spec,
        registry,
        outputRoom,
        former: { parallelism: 1, files },
      })
      if (lastWatermark !== null) {
        const again = harness.feed({ is: 'watermark', time: lastWatermark })
        take(again.map((elements) => elements.filter((one) => one.is !== 'watermark')))
      }
    }
    take(harness.feed(element))
    if (element.is === 'watermark') lastWatermark = element.time
  }
  const texts = outputs.map((elements, index) =>
    normalised(elements.flatMap((element) => textsOf(element, spec.outputs[index].row))),
  )
  return { texts, last: harness }
}

function elementsOf(inputs: readonly VerifyInput[], row: RowType, variant: Variant): Element[] {
  const elements: Element[] = []
  let rows: TestRow[] = []
  const flush = () => {
    if (rows.length > 0) elements.push({ is: 'batch', batch: batchOf(row, rows) })
    rows = []
  }
  for (const input of inputs) {
    if ('row' in input) {
      rows.push(input.row)
      if (!variant.wholeBatches) flush()
    } else {
      flush()
      elements.push({ is: 'watermark', time: input.watermark })
    }
  }
  flush()
  return elements
}

function textsOf(element: Element, row: RowType): string[] {
  if (element.is === 'batch') return rowsOf(row, element.batch).map(rowText)
  return element.is === 'watermark' ? [`watermark ${element.time}`] : []
}

/** Order among the rows of one event time between two watermarks is free. */
export function normalised(texts: readonly string[]): string[] {
  const sorted: string[] = []
  let run: string[] = []
  let time = ''
  const flush = () => {
    sorted.push(...run.sort())
    run = []
  }
  for (const text of texts) {
    const at = text.startsWith('watermark') ? 'watermark' : (/@\S+/.exec(text)?.[0] ?? '')
    if (at !== time) flush()
    time = at
    run.push(text)
  }
  flush()
  return sorted
}
