// The requests of the cases about records, with what most of them have in common.
import { apis } from '../../src/protocol/index.ts'
import { createRequest, wantedTopic } from './topic-cases.mjs'

export const produceRequest = (
  name,
  records,
  { acks = -1, transactionalId = null, index = 0 } = {},
) => ({
  transactionalId,
  acks,
  timeoutMs: 3000,
  topicData: [{ name, partitionData: [{ index, records }] }],
})
export const produce = (name, records, rest, version = 9) => [
  apis.produce,
  version,
  produceRequest(name, records, rest),
]

export const fetchRequest = (topic, rest = {}) => ({
  clusterId: null,
  replicaId: -1,
  maxWaitMs: 0,
  minBytes: 1,
  maxBytes: 50_000_000,
  isolationLevel: 0,
  sessionId: 0,
  sessionEpoch: -1,
  topics: [
    {
      topic,
      partitions: [
        {
          partition: 0,
          currentLeaderEpoch: -1,
          fetchOffset: 0,
          lastFetchedEpoch: -1,
          logStartOffset: -1,
          partitionMaxBytes: 1_000_000,
          ...rest.partition,
        },
      ],
    },
  ],
  forgottenTopicsData: [],
  rackId: '',
  ...rest.request,
})
export const fetch = (topic, rest, version = 12) => [apis.fetch, version, fetchRequest(topic, rest)]

export const list = (name, timestamp, { version = 7, isolationLevel = 0, ...rest } = {}) => [
  apis.listOffsets,
  version,
  {
    replicaId: -1,
    isolationLevel,
    topics: [
      { name, partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp, ...rest }] },
    ],
  },
]

/** The steps one after another on one connection: an array of answers. */
export const steps =
  (...asks) =>
  async (wire) => {
    const answers = []
    for (const ask of asks)
      answers.push(typeof ask === 'function' ? await ask(wire) : await wire.ask(...ask))
    return answers
  }
export const create = (name, configs = {}) => [
  apis.createTopics,
  7,
  createRequest([
    wantedTopic(name, {
      configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
    }),
  ]),
]
/** Creates the topic without comparing its configs. */
export const made = (name, configs) => async (wire) =>
  (await wire.ask(...create(name, configs))).topics[0].errorCode

export const titled = (title, cases) => cases.map(([what, ask]) => [`${title}: ${what}`, ask])
