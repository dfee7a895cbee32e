// Sends the same requests to a real Kafka and to Millrace and prints where their decoded answers differ. By hand:
//   npx tsx packages/broker/scripts/compare-with-kafka.mjs 127.0.0.1:KAFKA 127.0.0.1:MILLRACE [PART OF A NAME]
import { differences } from './compare/differences.mjs'
import { groupCases } from './compare/group-cases.mjs'
import { offsetCases } from './compare/offset-cases.mjs'
import { produceCases } from './compare/produce-cases.mjs'
import { recordCases } from './compare/record-cases.mjs'
import { topicCases } from './compare/topic-cases.mjs'
import { Wire } from './compare/wire.mjs'

const [kafka, millrace, part = ''] = process.argv.slice(2)
const run = `compare${Date.now() % 1_000_000}`
const cases = [topicCases, produceCases, recordCases, groupCases, offsetCases].flatMap((of) =>
  of(run),
)

async function answer(address, ask) {
  const wire = await Wire.open(address)
  try {
    if (typeof ask === 'function') return await ask(wire)
    return await wire.ask(...ask)
  } finally {
    wire.close()
  }
}

let same = 0
let different = 0
for (const [name, ask] of cases) {
  const [theirs, ours] = await Promise.all([answer(kafka, ask), answer(millrace, ask)])
  if (!name.includes(part)) continue
  const found = differences(theirs, ours)
  if (found.length === 0) same++
  else {
    different++
    console.log(`${name}\n${found.map((line) => `    ${line}`).join('\n')}`)
  }
}
console.log(`${same} the same, ${different} different`)
