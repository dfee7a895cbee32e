/** JSON into three columns: our decoder beside JSON.parse, on the same bytes in the same run. */
import { batchRowsMax, field, types } from '@millrace/schemas'
import { createDecoder } from '@millrace/schemas/formats'
import { inMillions, jsonBytes, orderEvents, recordsPerSecond, slicesOf } from './events.ts'

const count = batchRowsMax
const values = jsonBytes(orderEvents(count))
const input = slicesOf(values)
const sizes = values.map((value) => value.length)
console.log(
  `${count} events of ${Math.min(...sizes)} to ${Math.max(...sizes)} bytes, one core, best of 5 rounds`,
)

const needed = [
  field('user_id', types.string),
  field('amount', types.double),
  field('placed_at', types.bigint),
]

function check(rows: number): void {
  if (rows !== count) throw new Error(`${rows} of ${count} records decoded`)
}

function decoding(columns: typeof needed): () => void {
  const decoder = createDecoder({ format: 'json', columns })
  return () => {
    const rows = decoder.decode(input)
    check(rows.length)
    decoder.recycle(rows.columns)
  }
}

const texts = values.map((value) => Buffer.from(value))
let sum = 0
function parsing(): void {
  for (const text of texts) {
    const event = JSON.parse(text.toString('utf8')) as Record<string, string | number>
    sum += (event.user_id as string).length + (event.amount as number) + (event.placed_at as number)
  }
}

console.log(`decoder, 3 of 13 fields    ${inMillions(recordsPerSecond(count, decoding(needed)))}`)
console.log(
  `decoder, 1 of 13 fields    ${inMillions(recordsPerSecond(count, decoding(needed.slice(0, 1))))}`,
)
console.log(`JSON.parse, 3 fields read  ${inMillions(recordsPerSecond(count, parsing))}`)
if (sum === 0) throw new Error('nothing was parsed')
