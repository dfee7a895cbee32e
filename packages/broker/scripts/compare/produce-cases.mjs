// Produce: good batches, bad batches.
import { apis } from '../../src/protocol/index.ts'
import { at, batch, patched, setInt64 } from './batches.mjs'
import { create, fetch, made, produce, produceRequest, steps, titled } from './record-requests.mjs'

const bad = (name) => [
  [
    'wrong crc',
    produce(
      name,
      patched(batch(['a']), (view) => view.setUint32(at.crc, 7), { crc: false }),
    ),
  ],
  [
    'magic 0',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt8(at.magic, 0)),
    ),
  ],
  [
    'magic 1',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt8(at.magic, 1)),
    ),
  ],
  [
    'magic 3',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt8(at.magic, 3)),
    ),
  ],
  [
    'length short',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt32(at.length, 10), { crc: false }),
    ),
  ],
  [
    'length long',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt32(at.length, 10_000), { crc: false }),
    ),
  ],
  [
    'length negative',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt32(at.length, -5), { crc: false }),
    ),
  ],
  ['cut', produce(name, batch(['a']).subarray(0, 40))],
  ['cut records', produce(name, batch(['abcdef']).subarray(0, 70))],
  ['empty', produce(name, new Uint8Array(0))],
  ['null', produce(name, null)],
  ['two batches', produce(name, Buffer.concat([batch(['a']), batch(['b'])]))],
  [
    'count too high',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt32(at.recordCount, 2)),
    ),
  ],
  [
    'count and delta too high',
    produce(
      name,
      patched(batch(['a']), (view) => {
        view.setInt32(at.recordCount, 2)
        view.setInt32(at.lastOffsetDelta, 1)
      }),
    ),
  ],
  [
    'count zero',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt32(at.recordCount, 0)),
    ),
  ],
  [
    'delta too high',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt32(at.lastOffsetDelta, 5)),
    ),
  ],
  [
    'control',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt16(at.attributes, 32)),
    ),
  ],
  [
    'log append time',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt16(at.attributes, 8)),
    ),
  ],
  [
    'compression 5',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt16(at.attributes, 5)),
    ),
  ],
  [
    'not gzip',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt16(at.attributes, 1)),
    ),
  ],
  [
    'wrong max timestamp',
    produce(
      name,
      patched(batch(['a']), (view) => setInt64(view, at.maxTimestamp, 99)),
    ),
  ],
  ['base offset', produce(name, batch(['a'], { baseOffset: 77 }))],
  [
    'leader epoch',
    produce(
      name,
      patched(batch(['a']), (view) => view.setInt32(at.partitionLeaderEpoch, 5)),
    ),
  ],
  ['no timestamp', produce(name, batch(['a'], { times: [-1] }))],
  ['negative timestamp', produce(name, batch(['a'], { times: [-2] }))],
  [
    'producer id without sequence',
    produce(name, batch(['a'], { producerId: 5, producerEpoch: 0 })),
  ],
]

export const produceCases = (run) => {
  const name = (suffix) => `${run}-r-${suffix}`
  const log = name('log')
  const big = name('big')
  const producing = [
    ['make', made(log)],
    ['first', produce(log, batch(['a', 'b', 'c']))],
    ...[3, 5, 7, 8, 11].map((version) => [`v${version}`, produce(log, batch(['a']), {}, version)]),
    ['acks 1', produce(log, batch(['a']), { acks: 1 })],
    ['acks 2', produce(log, batch(['a']), { acks: 2 })],
    ['unknown topic', produce(name('nothing'), batch(['a']))],
    ['unknown partition', produce(log, batch(['a']), { index: 9 })],
    [
      'acks 0 then 1',
      async (wire) => {
        wire.tell(...produce(log, batch(['a']), { acks: 0 }))
        return wire.ask(...produce(log, batch(['b'])))
      },
    ],
    [
      'acks 0 to an unknown topic',
      async (wire) => {
        wire.tell(...produce(name('nothing'), batch(['a']), { acks: 0 }))
        return wire.ask(...produce(log, batch(['b'])))
      },
    ],
    ...bad(log),
    ['all of it', fetch(log)],
    [
      'transactional, no producer',
      produce(
        log,
        batch(['a'], { attributes: 16, producerId: 1, producerEpoch: 0, baseSequence: 0 }),
        { transactionalId: 'tx' },
      ),
    ],
    [
      'transactional batch alone',
      produce(
        log,
        batch(['a'], { attributes: 16, producerId: 1, producerEpoch: 0, baseSequence: 0 }),
      ),
    ],
    [
      'too large',
      steps(
        made(big, { 'max.message.bytes': '200' }),
        produce(big, batch(['x'.repeat(300)])),
        produce(big, batch(['x'.repeat(90)])),
      ),
    ],
    [
      'too large before compression',
      produce(big, batch(['x'.repeat(3000)], { compression: 'gzip' })),
    ],
    [
      'stamped',
      async (wire) => {
        await wire.ask(...create(name('lat'), { 'message.timestamp.type': 'LogAppendTime' }))
        const one = await wire.ask(...produce(name('lat'), batch(['a', 'b'], { times: [5, 4] })))
        const all = (await wire.ask(...fetch(name('lat')))).responses[0].partitions[0].records
        return { one, attributes: all[22], size: all.length }
      },
    ],
    [
      'two partitions named twice',
      [
        apis.produce,
        9,
        {
          ...produceRequest(log, batch(['a'])),
          topicData: [
            ...produceRequest(log, batch(['a'])).topicData,
            ...produceRequest(log, batch(['b'])).topicData,
          ],
        },
      ],
    ],
  ]
  return titled('Produce', producing)
}
