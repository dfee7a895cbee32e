// Committed offsets, and what administrators ask.
import { apis } from '../../src/protocol/index.ts'
import { commit, committed, describe, leave, listed, memberCase, parts } from './group-requests.mjs'
import { titled } from './record-requests.mjs'

export const offsetCases = (run) => {
  const topic = `${run}-g-topic`
  const group = (suffix) => `${run}-g-${suffix}`
  const withMember = memberCase(group)
  const committing = [
    ['simple', commit(group('simple'), topic)],
    ['simple, then again', commit(group('simple'), topic)],
    ['v2', commit(group('simple2'), topic, {}, 2)],
    ['v6', commit(group('simple6'), topic, {}, 6)],
    [
      'generation without group',
      commit(group('cg'), topic, { request: { generationIdOrMemberEpoch: 3, memberId: 'm' } }),
    ],
    [
      'generation for an empty group',
      commit(group('simple'), topic, { request: { generationIdOrMemberEpoch: 3, memberId: 'm' } }),
    ],
    ['member without generation', commit(group('simple'), topic, { request: { memberId: 'm' } })],
    ['unknown topic', commit(group('simple'), `${run}-nothing`)],
    ['unknown partition', commit(group('simple'), topic, { partition: { partitionIndex: 9 } })],
    [
      'long metadata',
      commit(group('simple'), topic, { partition: { committedMetadata: 'x'.repeat(5000) } }),
    ],
    [
      'null metadata',
      async (wire) => [
        await wire.ask(
          ...commit(group('nullm'), topic, { partition: { committedMetadata: null } }),
        ),
        await wire.ask(...committed(group('nullm'), parts(topic, 0))),
      ],
    ],
    ['negative offset', commit(group('neg'), topic, { partition: { committedOffset: -1 } })],
    ['empty group', commit('', topic)],
    [
      'member',
      withMember('cm', async (wire, m, id) => [
        await wire.ask(
          ...commit(id, topic, {
            request: { generationIdOrMemberEpoch: m.generationId, memberId: m.memberId },
          }),
        ),
        await wire.ask(...committed(id, parts(topic, 0))),
      ]),
    ],
    ['simple beside a member', withMember('cs', (wire, _, id) => wire.ask(...commit(id, topic)))],
    [
      'member, wrong generation',
      withMember('cw', (wire, m, id) =>
        wire.ask(
          ...commit(id, topic, { request: { generationIdOrMemberEpoch: 9, memberId: m.memberId } }),
        ),
      ),
    ],
    [
      'other member',
      withMember('co', (wire, m, id) =>
        wire.ask(
          ...commit(id, topic, {
            request: { generationIdOrMemberEpoch: m.generationId, memberId: 'x' },
          }),
        ),
      ),
    ],
    [
      'before sync',
      withMember(
        'cb',
        (wire, m, id) =>
          wire.ask(
            ...commit(id, topic, {
              request: { generationIdOrMemberEpoch: m.generationId, memberId: m.memberId },
            }),
          ),
        { sync: false },
      ),
    ],
    ['fetched', committed(group('simple'), parts(topic, 0, 1))],
    ['fetched all', committed(group('simple'), null)],
    ...[1, 2, 3, 5, 6, 7].map((version) => [
      `fetched, v${version}`,
      committed(group('simple'), parts(topic, 0, 1), version),
    ]),
    ['fetched all, v2', committed(group('simple'), null, 2)],
    ['fetched, unknown group', committed(group('nothing'), parts(topic, 0))],
    ['fetched all, unknown group', committed(group('nothing'), null)],
    ['fetched all, unknown group, v7', committed(group('nothing'), null, 7)],
    ['fetched, unknown topic', committed(group('simple'), parts(`${run}-nothing`, 0))],
    ['fetched, empty group', committed('', parts(topic, 0))],
    ['fetched, stable', committed(group('simple'), parts(topic, 0), 9, { requireStable: true })],
  ]
  const administering = [
    ['describe unknown', describe([group('nothing')])],
    ['describe unknown, v5', describe([group('nothing')], 5)],
    ['describe unknown, v0', describe([group('nothing')], 0)],
    ['describe empty id', describe([''])],
    ['describe with offsets alone', describe([group('simple')])],
    ['describe a member', withMember('d', (wire, _, id) => wire.ask(...describe([id])))],
    ['describe a member, v0', withMember('d0', (wire, _, id) => wire.ask(...describe([id], 0)))],
    [
      'describe before sync',
      withMember('db', (wire, _, id) => wire.ask(...describe([id])), { sync: false }),
    ],
    [
      'describe after leave',
      withMember('dl', async (wire, m, id) => {
        await wire.ask(...leave(id, [{ memberId: m.memberId }]))
        return wire.ask(...describe([id]))
      }),
    ],
    [
      'describe operations',
      [apis.describeGroups, 6, { groups: [group('simple')], includeAuthorizedOperations: true }],
    ],
    ['list', (wire) => listed(wire, {}, group('simple'))],
    ['list v0', (wire) => listed(wire, {}, group('simple'), 0)],
    ['list v3', (wire) => listed(wire, {}, group('simple'), 3)],
    ['list stable', (wire) => listed(wire, { statesFilter: ['stable'] }, group('d'))],
    ['list empty', (wire) => listed(wire, { statesFilter: ['Empty'] }, group('simple'))],
    ['list unknown state', (wire) => listed(wire, { statesFilter: ['what'] }, group('simple'))],
    ['list consumers', (wire) => listed(wire, { typesFilter: ['consumer'] }, group('simple'))],
    ['list classic', (wire) => listed(wire, { typesFilter: ['Classic'] }, group('simple'))],
    ['list unknown type', (wire) => listed(wire, { typesFilter: ['what'] }, group('simple'))],
    ...[
      ['v0', 0],
      ['v2', 2],
      ['v3', 3],
    ].map(([what, version]) => [
      `find ${what}`,
      [apis.findCoordinator, version, { key: 'g', keyType: 0, coordinatorKeys: [] }],
    ]),
    ['find v4', [apis.findCoordinator, 4, { key: '', keyType: 0, coordinatorKeys: ['a', 'b'] }]],
    ['find nothing', [apis.findCoordinator, 4, { key: '', keyType: 0, coordinatorKeys: [] }]],
    ['find empty key', [apis.findCoordinator, 3, { key: '', keyType: 0, coordinatorKeys: [] }]],
    ['find empty keys', [apis.findCoordinator, 4, { key: '', keyType: 0, coordinatorKeys: [''] }]],
    ['find type 9', [apis.findCoordinator, 4, { key: '', keyType: 9, coordinatorKeys: ['a'] }]],
    ['find type 9, v3', [apis.findCoordinator, 3, { key: 'a', keyType: 9, coordinatorKeys: [] }]],
  ]
  const versions = [0, 1, 2, 3, 4].map((version) => [
    `ApiVersions v${version}`,
    [apis.apiVersions, version, { clientSoftwareName: 'a', clientSoftwareVersion: '1' }],
  ])
  return [
    ...titled('offsets', committing),
    ...titled('admin', administering),
    ...versions,
    [
      'ApiVersions without a name',
      [apis.apiVersions, 3, { clientSoftwareName: '', clientSoftwareVersion: '' }],
    ],
  ]
}
