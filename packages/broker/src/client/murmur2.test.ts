/** Vectors of Kafka's `UtilsTest.testMurmur2`: https://github.com/apache/kafka/blob/trunk/clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java */
import { encodeUtf8 } from '@millrace/base'
import { expect, it } from 'vitest'
import { murmur2, partitionForKey } from './murmur2.ts'

it('hashes like Java', () => {
  const vectors: [string, number][] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ]
  for (const [text, hash] of vectors)
    expect([text, murmur2(encodeUtf8(text))]).toEqual([text, hash])
})

it('answers a partition that exists, for negative hashes too', () => {
  expect(partitionForKey(encodeUtf8('21'), 6)).toBe((-973932308 & 0x7fffffff) % 6)
})
