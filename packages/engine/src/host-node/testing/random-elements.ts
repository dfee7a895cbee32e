/** Random elements: every representation, nulls, empty and oversize batches, shared and overlapping slices. */
import { type Random, randomInteger } from '@millrace/base'
import { type Batch, type Column, type Element, makeColumnOf, setNull } from '@millrace/schemas'

const representations = ['bool', 'i32', 'i64', 'f64', 'bytes'] as const

export function randomElement(random: Random, index: number): Element {
  switch (randomInteger(random, 0, 7)) {
    case 0:
      return { is: 'watermark', time: index }
    case 1:
      return { is: 'barrier', checkpoint: index }
    case 2:
      return random.next() < 0.5 ? { is: 'idle' } : { is: 'end' }
    default:
      return { is: 'batch', batch: randomBatch(random) }
  }
}

export function randomBatch(random: Random): Batch {
  const length =
    random.next() < 0.05 ? randomInteger(random, 0, 8192) : randomInteger(random, 0, 60)
  const columns: Column[] = []
  for (let i = randomInteger(random, 0, 4); i > 0; i--) columns.push(randomColumn(random, length))
  const times = new Float64Array(length).map(() => random.uint32())
  return {
    length,
    columns,
    eventTimes: random.next() < 0.5 ? times : null,
    rowKinds: random.next() < 0.3 ? new Uint8Array(length).map(() => random.uint32() & 3) : null,
    origins:
      random.next() < 0.3
        ? { partition: new Int32Array(length).map(() => random.uint32()), offset: times }
        : null,
  }
}

function randomColumn(random: Random, length: number): Column {
  const rep = representations[randomInteger(random, 0, 4)]
  const data = new Uint8Array(randomInteger(random, 1, 2000)).map(() => random.uint32())
  // Capacity beyond the length, as a decoder leaves it.
  const capacity = length + randomInteger(random, 0, 9)
  const column = makeColumnOf(rep, capacity, data)
  for (let row = 0; row < length; row++) {
    if (column.rep === 'bytes') {
      column.starts[row] = randomInteger(random, 0, data.length)
      column.ends[row] = randomInteger(random, column.starts[row], data.length)
    } else if (column.rep === 'i64') {
      column.words[2 * row] = random.uint32()
      column.words[2 * row + 1] = random.uint32()
    } else column.values[row] = rep === 'bool' ? random.uint32() & 1 : random.uint32()
  }
  if (random.next() < 0.5) {
    for (let row = 0; row < length; row++) if (random.next() < 0.3) setNull(column, row, capacity)
  }
  return column
}

/** An element as text: equal elements give equal text, whatever their columns' layout. */
export function elementText(element: Element): string {
  if (element.is !== 'batch') return JSON.stringify(element)
  const { length, eventTimes, rowKinds, origins, columns } = element.batch
  const parts = [eventTimes, rowKinds, origins?.partition ?? null, origins?.offset ?? null]
  const text = [length, ...parts.map((part) => (part ? part.subarray(0, length).join() : 'none'))]
  for (const column of columns) {
    for (let row = 0; row < length; row++) text.push(cellText(column, row))
  }
  return text.join(';')
}

function cellText(column: Column, row: number): string {
  if (column.valid && !(column.valid[row >> 3] & (1 << (row & 7)))) return 'null'
  if (column.rep !== 'bytes') return String(column.values[row])
  return column.data.subarray(column.starts[row], column.ends[row]).join()
}
