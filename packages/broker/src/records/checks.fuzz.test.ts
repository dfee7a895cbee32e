// Invariants, for any bytes a stranger may send: a check ends with a result and never throws; what it accepts can be
// walked by the cursor down to the last record.
import { encodeUtf8, randomInteger, seededRandom } from '@millrace/base'
import { expect, it } from 'vitest'
import { compressionNames } from '../compression/codec.ts'
import { loadNodeCodecs } from '../compression/node/codecs.ts'
import { BatchBuilder } from './batch-builder.ts'
import { at, readBatchHeader, viewOf } from './batch-header.ts'
import { checkBatches } from './checks.ts'
import { crc32cPortable } from './crc32c.ts'
import { RecordCursor } from './record-cursor.ts'
import { recordsOf } from './records-of.ts'

it('takes or refuses mutilated batches without throwing, for 200 seeds', async () => {
  const codecs = await loadNodeCodecs()
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed)
    const compression = compressionNames[randomInteger(random, 0, 4)]
    const builder = new BatchBuilder({ crc32c: crc32cPortable, compression, codecs })
    for (let count = randomInteger(random, 1, 20); count > 0; count--) {
      builder.append(count, null, encodeUtf8('v'.repeat(randomInteger(random, 0, 50))))
    }
    const batch = builder.build()
    for (let flips = randomInteger(random, 1, 4); flips > 0; flips--) {
      batch[randomInteger(random, at.attributes, batch.length - 1)] = random.uint32()
    }
    // A valid CRC lets the damage through to the inner checks.
    viewOf(batch).setUint32(at.crc, crc32cPortable(batch.subarray(at.attributes)))
    const check = checkBatches(batch, { crc32c: crc32cPortable, codecs, batchBytesMax: 10_000 })
    if (!check.ok) continue
    const cursor = new RecordCursor()
    const header = readBatchHeader(viewOf(batch))
    cursor.begin(batch, 0, recordsOf(batch, 0, header, codecs))
    let count = 0
    while (cursor.next()) count++
    expect({ seed, count }).toEqual({ seed, count: header.recordCount })
  }
})
