// Fetch, ListOffsets, and what idempotent producers are told.
import { apis } from '../../src/protocol/index.ts'
import { batch } from './batches.mjs'
import { fetch, fetchRequest, list, made, produce, steps, titled } from './record-requests.mjs'

const initId = (rest = {}, version = 4) => [
  apis.initProducerId,
  version,
  {
    transactionalId: null,
    transactionTimeoutMs: 60_000,
    producerId: -1,
    producerEpoch: -1,
    ...rest,
  },
]

/** One produce for each [sequence, count, epoch] by a fresh producer id; answers errors and offsets. */
const sequences = (name, list) => async (wire) => {
  const { producerId } = await wire.ask(...initId())
  const answers = []
  let first
  for (const [baseSequence, count, producerEpoch = 0] of list) {
    const records = batch(
      Array.from({ length: count }, (_, i) => `v${i}`),
      { producerId, producerEpoch, baseSequence },
    )
    const answer = await wire.ask(...produce(name, records))
    const { errorCode, baseOffset } = answer.responses?.[0].partitionResponses[0] ?? {}
    if (first === undefined) first = baseOffset
    answers.push(
      answer.responses ? { errorCode, offset: baseOffset < 0 ? -1 : baseOffset - first } : answer,
    )
  }
  return answers
}

export const recordCases = (run) => {
  const name = (suffix) => `${run}-r-${suffix}`
  const log = name('log')
  const look = name('look')
  const idempotence = [
    [
      'in order',
      sequences(log, [
        [0, 1],
        [1, 2],
        [3, 1],
      ]),
    ],
    [
      'repeat',
      sequences(log, [
        [0, 1],
        [1, 2],
        [0, 1],
        [1, 2],
        [3, 1],
      ]),
    ],
    [
      'repeat of another size',
      sequences(log, [
        [0, 2],
        [0, 1],
        [0, 3],
      ]),
    ],
    [
      'gap',
      sequences(log, [
        [0, 1],
        [2, 1],
        [1, 1],
      ]),
    ],
    [
      'gap, then the repeat',
      sequences(log, [
        [0, 1],
        [2, 1],
        [0, 1],
        [1, 1],
        [2, 1],
      ]),
    ],
    [
      'two, gap',
      sequences(log, [
        [0, 2],
        [2, 2],
        [6, 1],
        [4, 2],
        [6, 1],
      ]),
    ],
    [
      'six back',
      sequences(log, [
        [0, 1],
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
        [5, 1],
        [0, 1],
        [1, 1],
        [6, 1],
      ]),
    ],
    [
      'first at seven',
      sequences(log, [
        [7, 1],
        [8, 1],
        [7, 1],
      ]),
    ],
    [
      'wrap',
      sequences(log, [
        [2147483645, 3],
        [0, 1],
      ]),
    ],
    [
      'wrap in a batch',
      sequences(log, [
        [2147483646, 4],
        [2, 1],
        [2147483646, 4],
      ]),
    ],
    [
      'next epoch',
      sequences(log, [
        [0, 1],
        [1, 1],
        [0, 1, 1],
        [1, 1, 1],
      ]),
    ],
    [
      'next epoch, sequence 2',
      sequences(log, [
        [0, 1],
        [1, 1],
        [2, 1, 1],
      ]),
    ],
    [
      'old epoch',
      sequences(log, [
        [0, 1, 3],
        [1, 1, 2],
        [0, 1, 2],
      ]),
    ],
    [
      'old epoch repeat',
      sequences(log, [
        [0, 1, 0],
        [0, 1, 1],
        [0, 1, 0],
      ]),
    ],
    ['id', initId()],
    ['id, v0', initId({}, 0)],
    ['id, v3 with an id', initId({ producerId: 4, producerEpoch: 1 }, 3)],
    ['id, epoch without id', initId({ producerEpoch: 1 }, 3)],
    ['empty transactional id', initId({ transactionalId: '' })],
  ]
  const reading = [
    [
      'make',
      steps(
        made(look),
        produce(look, batch(['a', 'b', 'c'], { times: [100, 300, 200] })),
        produce(look, batch(['d', 'e'], { times: [250, 300], compression: 'gzip' })),
      ),
    ],
    ...[4, 5, 7, 9, 10, 11, 12].map((version) => [`v${version}`, fetch(look, {}, version)]),
    ['from the middle', fetch(look, { partition: { fetchOffset: 1 } })],
    ['from the second batch', fetch(look, { partition: { fetchOffset: 3 } })],
    ['from the end', fetch(look, { partition: { fetchOffset: 5 } })],
    ['beyond', fetch(look, { partition: { fetchOffset: 6 } })],
    ['negative offset', fetch(look, { partition: { fetchOffset: -1 } })],
    ['partition limit 1', fetch(look, { partition: { partitionMaxBytes: 1 } })],
    ['partition limit 0', fetch(look, { partition: { partitionMaxBytes: 0 } })],
    ['limit 1', fetch(look, { request: { maxBytes: 1 } })],
    ['limit 0', fetch(look, { request: { maxBytes: 0 } })],
    ['limit 100', fetch(look, { request: { maxBytes: 100 } })],
    ['committed', fetch(look, { request: { isolationLevel: 1 } })],
    ['isolation 2', fetch(look, { request: { isolationLevel: 2 } })],
    ['epoch 0', fetch(look, { partition: { currentLeaderEpoch: 0 } })],
    ['epoch 1', fetch(look, { partition: { currentLeaderEpoch: 1 } })],
    ['unknown topic', fetch(name('nothing'))],
    ['unknown partition', fetch(look, { partition: { partition: 4 } })],
    [
      'session to begin',
      async (wire) => {
        const answer = await wire.ask(...fetch(look, { request: { sessionEpoch: 0 } }))
        return { ...answer, sessionId: 'any' }
      },
    ],
    ['unknown session', fetch(look, { request: { sessionId: 7, sessionEpoch: 1 } })],
    ['session without id', fetch(look, { request: { sessionId: 0, sessionEpoch: 4 } })],
    ['session to end', fetch(look, { request: { sessionId: 7, sessionEpoch: -1 } })],
    ['replica', fetch(look, { request: { replicaId: 3 } })],
    ['no topics', [apis.fetch, 12, { ...fetchRequest(look), topics: [] }]],
  ]
  const offsets = [
    ['latest', list(look, -1)],
    ['earliest', list(look, -2)],
    ['highest timestamp', list(look, -3)],
    ['highest timestamp, v6', list(look, -3, { version: 6 })],
    ['earliest local, v7', list(look, -4)],
    ['-7', list(look, -7)],
    ...[0, 100, 101, 201, 250, 300, 301].map((time) => [`time ${time}`, list(look, time)]),
    ['committed', list(look, -1, { isolationLevel: 1 })],
    ['v1', list(look, -1, { version: 1 })],
    ['v4 at 250', list(look, 250, { version: 4 })],
    ['unknown topic', list(name('nothing'), -1)],
    ['unknown partition', list(look, -1, { partitionIndex: 4 })],
    ['epoch 1', list(look, -1, { currentLeaderEpoch: 1 })],
    [
      'empty topic',
      steps(
        made(name('empty')),
        list(name('empty'), -1),
        list(name('empty'), -2),
        list(name('empty'), -3),
        list(name('empty'), 5),
      ),
    ],
  ]
  return [
    ...titled('idempotence', idempotence),
    ...titled('Fetch', reading),
    ...titled('ListOffsets', offsets),
  ]
}
