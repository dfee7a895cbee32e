/** Avro in the wire format into three columns: our decoder beside avsc, on the same bytes in the same run. */
import { batchRowsMax, field, types } from '@millrace/schemas'
import { createDecoder } from '@millrace/schemas/formats'
import avro from 'avsc'
import { inMillions, orderEvents, recordsPerSecond, slicesOf } from './events.ts'

const count = batchRowsMax
const schema: avro.schema.RecordType = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'order_id', type: 'string' },
    { name: 'user_id', type: 'string' },
    { name: 'item_id', type: 'int' },
    { name: 'category', type: 'string' },
    { name: 'amount', type: 'double' },
    { name: 'currency', type: 'string' },
    { name: 'placed_at', type: 'long' },
    { name: 'country', type: 'string' },
    { name: 'channel', type: 'string' },
    { name: 'session', type: 'string' },
    { name: 'discount', type: ['null', 'double'] },
    { name: 'express', type: 'boolean' },
    { name: 'note', type: 'string' },
  ],
}
const type = avro.Type.forSchema(schema)
const payloads = orderEvents(count).map((event) => type.toBuffer(event))
const values = payloads.map((payload) => Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), payload]))
const input = slicesOf(values)
const sizes = values.map((value) => value.length)
console.log(
  `${count} events of ${Math.min(...sizes)} to ${Math.max(...sizes)} bytes, one core, best of 5 rounds`,
)

const text = JSON.stringify(schema)
const decoder = createDecoder({
  format: 'avro',
  columns: [
    field('user_id', types.string),
    field('amount', types.double),
    field('placed_at', types.bigint),
  ],
  schemas: { find: () => ({ is: 'found', text }) },
})

function decoding(): void {
  const rows = decoder.decode(input)
  if (rows.length !== count) throw new Error(`${rows.length} of ${count} records decoded`)
  decoder.recycle(rows.columns)
}

let sum = 0
function reading(): void {
  for (const payload of payloads) {
    const event = type.fromBuffer(payload) as { user_id: string; amount: number; placed_at: number }
    sum += event.user_id.length + event.amount + event.placed_at
  }
}

console.log(`decoder, 3 of 13 fields    ${inMillions(recordsPerSecond(count, decoding))}`)
console.log(`avsc, 3 fields read        ${inMillions(recordsPerSecond(count, reading))}`)
if (sum === 0) throw new Error('nothing was read')
