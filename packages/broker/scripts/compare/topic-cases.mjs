// Topics: creation, deletion, metadata, configs.
import { apis, zeroUuid } from '../../src/protocol/index.ts'

const idOfNothing = 'BBBBBBBBBBBBBBBBBBBBBA'

export const wantedTopic = (name, rest = {}) => ({
  name,
  numPartitions: 1,
  replicationFactor: 1,
  assignments: [],
  configs: [],
  ...rest,
})

export const createRequest = (topics, rest = {}) => ({
  topics,
  timeoutMs: 5000,
  validateOnly: false,
  ...rest,
})

const create = (name, rest, requestRest, version = 7) => [
  apis.createTopics,
  version,
  createRequest([wantedTopic(name, rest)], requestRest),
]

const metadata = (topics, rest = {}, version = 12) => [
  apis.metadata,
  version,
  {
    topics: topics?.map((topic) => ({ topicId: zeroUuid, name: topic, ...topic?.of })) ?? null,
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
    ...rest,
  },
]
const byId = (topicId, name = null) => ({ of: { topicId, name } })

const remove = (topics, version = 6) => [
  apis.deleteTopics,
  version,
  version >= 6
    ? { topics, topicNames: [], timeoutMs: 5000 }
    : { topics: [], topicNames: topics, timeoutMs: 5000 },
]

export const describeConfigs = (resourceType, resourceName, rest = {}, version = 4) => [
  apis.describeConfigs,
  version,
  {
    resources: [{ resourceType, resourceName, configurationKeys: null, ...rest.resource }],
    includeSynonyms: true,
    includeDocumentation: false,
    ...rest.request,
  },
]

const config = (name, value) => ({ configs: [{ name, value }] })

/** name, then [api, version, request] or a function of the wire. */
export const topicCases = (run) => {
  const name = (suffix) => `${run}-${suffix}`
  const creation = [
    ['plain', create(name('plain'), { numPartitions: 3 })],
    ['again', create(name('plain'))],
    ['validate only', create(name('dry'), {}, { validateOnly: true })],
    ['validate only, existing', create(name('plain'), {}, { validateOnly: true })],
    ['defaults', create(name('defaults'), { numPartitions: -1, replicationFactor: -1 })],
    ['defaults, v2', create(name('defaults2'), { numPartitions: 1 }, {}, 2)],
    [
      'defaults, v3',
      create(name('defaults3'), { numPartitions: -1, replicationFactor: -1 }, {}, 3),
    ],
    ['no partitions', create(name('none'), { numPartitions: 0 })],
    ['-2 partitions', create(name('minus'), { numPartitions: -2 })],
    ['two replicas', create(name('two'), { replicationFactor: 2 })],
    ['zero replicas', create(name('zero'), { replicationFactor: 0 })],
    ['empty name', create('')],
    ['dot', create('.')],
    ['two dots', create('..')],
    ['slash', create('a/b')],
    ['umlaut', create('ä')],
    ['249 letters', create(`${run}${'x'.repeat(249 - run.length)}`)],
    ['250 letters', create('x'.repeat(250))],
    ['dots collide', create(`${run}.collide`)],
    ['with underscores', create(`${run}_collide`)],
    ['unknown config', create(name('uc'), config('nonsense', '1'))],
    ['null config', create(name('nc'), config('retention.ms', null))],
    ['bad config', create(name('bc'), config('segment.bytes', 'many'))],
    ['segment.bytes of 10', create(name('sb'), config('segment.bytes', '10'))],
    ['max.message.bytes', create(name('mm'), config('max.message.bytes', '1000'))],
    ['log append time', create(name('lat'), config('message.timestamp.type', 'LogAppendTime'))],
    [
      'config twice',
      create(name('ct'), {
        configs: [config('segment.ms', '1000').configs[0], config('segment.ms', '2000').configs[0]],
      }),
    ],
    [
      'named twice',
      [apis.createTopics, 7, createRequest([wantedTopic(name('tw')), wantedTopic(name('tw'))])],
    ],
    [
      'assigned',
      create(name('as'), {
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [
          { partitionIndex: 0, brokerIds: [1] },
          { partitionIndex: 1, brokerIds: [1] },
        ],
      }),
    ],
    [
      'assigned with gap',
      create(name('ag'), {
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [{ partitionIndex: 1, brokerIds: [1] }],
      }),
    ],
    [
      'assigned elsewhere',
      create(name('ae'), {
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [{ partitionIndex: 0, brokerIds: [9] }],
      }),
    ],
    [
      'assigned and counted',
      create(name('ac'), { assignments: [{ partitionIndex: 0, brokerIds: [1] }] }),
    ],
    ['nothing', [apis.createTopics, 7, createRequest([])]],
  ]
  const look = [
    ['of one', metadata([name('plain')])],
    ...[0, 1, 4, 5, 8, 9, 10].map((v) => [`of one, v${v}`, metadata([name('plain')], {}, v)]),
    ['of none', metadata([])],
    ['unknown', metadata([name('unknown')])],
    ['unknown, v1 that may create', metadata([name('auto1')], { allowAutoTopicCreation: true }, 1)],
    ['unknown, v12 that may create', metadata([name('auto12')], { allowAutoTopicCreation: true })],
    ['illegal', metadata(['a b'])],
    ['illegal that may create', metadata(['a b'], { allowAutoTopicCreation: true })],
    ['empty name', metadata([''], { allowAutoTopicCreation: true })],
    ['same twice', metadata([name('plain'), name('plain')])],
    ['unknown id', metadata([byId(idOfNothing)])],
    ['neither name nor id', metadata([byId(zeroUuid)])],
    ['unknown id, v10', metadata([byId(idOfNothing, '')], {}, 10)],
    ['operations', metadata([name('plain')], { includeTopicAuthorizedOperations: true })],
    [
      'operations, v8',
      metadata(
        [name('plain')],
        { includeTopicAuthorizedOperations: true, includeClusterAuthorizedOperations: true },
        8,
      ),
    ],
  ]
  const configs = [
    ['topic', describeConfigs(2, name('plain'))],
    ['topic, v1', describeConfigs(2, name('plain'), {}, 1)],
    ['topic with own config', describeConfigs(2, name('mm'))],
    [
      'some keys',
      describeConfigs(2, name('plain'), {
        resource: { configurationKeys: ['cleanup.policy', 'nonsense'] },
      }),
    ],
    ['no keys', describeConfigs(2, name('plain'), { resource: { configurationKeys: [] } })],
    [
      'without synonyms',
      describeConfigs(2, name('plain'), { request: { includeSynonyms: false } }),
    ],
    ['unknown topic', describeConfigs(2, name('unknown'))],
    ['illegal topic', describeConfigs(2, 'a b')],
    ['empty topic', describeConfigs(2, '')],
    ['broker', describeConfigs(4, '1')],
    ['cluster', describeConfigs(4, '')],
    ['other broker', describeConfigs(4, '9')],
    ['no broker', describeConfigs(4, 'abc')],
    ['unknown type', describeConfigs(3, 'x')],
    ['logger', describeConfigs(8, '1')],
    ['metrics', describeConfigs(16, 'x')],
    ['group', describeConfigs(32, 'g')],
  ]
  const removal = [
    ['one', remove([{ name: name('defaults'), topicId: zeroUuid }])],
    ['again', remove([{ name: name('defaults'), topicId: zeroUuid }])],
    ['v1', remove([name('defaults2')], 1)],
    ['v5 unknown', remove([name('unknown')], 5)],
    ['unknown id', remove([{ name: null, topicId: idOfNothing }])],
    ['both', remove([{ name: name('plain'), topicId: idOfNothing }])],
    ['neither', remove([{ name: null, topicId: zeroUuid }])],
    [
      'twice',
      remove([
        { name: name('as'), topicId: zeroUuid },
        { name: name('as'), topicId: zeroUuid },
      ]),
    ],
    ['illegal name', remove([{ name: 'a b', topicId: zeroUuid }])],
  ]
  const titled = (title, cases) => cases.map(([what, ask]) => [`${title}: ${what}`, ask])
  return [
    ...titled('CreateTopics', creation),
    ...titled('Metadata', look),
    ...titled('DescribeConfigs', configs),
    ...titled('DeleteTopics', removal),
  ]
}
