// Consumer groups: joins, syncs, heartbeats, leaves.
import { apis } from '../../src/protocol/index.ts'
import { describe, heartbeat, join, leave, memberCase, protocol, sync } from './group-requests.mjs'
import { titled } from './record-requests.mjs'
import { createRequest, wantedTopic } from './topic-cases.mjs'

export const groupCases = (run) => {
  const topic = `${run}-g-topic`
  const group = (suffix) => `${run}-g-${suffix}`
  const withMember = memberCase(group)
  const joining = [
    [
      'coordinator',
      async (wire) => {
        // Kafka makes its offsets topic and loads it first.
        for (let left = 100; left > 0; left--) {
          const { errorCode } = await wire
            .ask(...describe([group('nothing'), group('a'), group('b')]))
            .then(
              ({ groups }) =>
                groups.find((one) => ![0, 69].includes(one.errorCode)) ?? { errorCode: 0 },
            )
          const found = await wire.ask(apis.findCoordinator, 3, {
            key: 'g',
            keyType: 0,
            coordinatorKeys: [],
          })
          if (errorCode === 0 && found.errorCode === 0) return 'there'
          await new Promise((resolve) => setTimeout(resolve, 200))
        }
        return 'never there'
      },
    ],
    [
      'topic',
      async (wire) =>
        (await wire.ask(apis.createTopics, 7, createRequest([wantedTopic(topic)]))).topics[0]
          .errorCode,
    ],
    ['without id', join(group('new'))],
    ['v3 joins at once', join(group('v3'), {}, 3)],
    ['v0', join(group('v0'), {}, 0)],
    [
      'v5 alone',
      async (wire) => {
        const { memberId } = await wire.ask(...join(group('v5'), {}, 5))
        return wire.ask(...join(group('v5'), { memberId }, 5))
      },
    ],
    [
      'v9 alone',
      async (wire) => {
        const { memberId } = await wire.ask(...join(group('v9'), {}))
        return wire.ask(...join(group('v9'), { memberId }))
      },
    ],
    ['unknown member', join(group('unknown'), { memberId: 'nobody' })],
    ['empty group id', join('')],
    ['short session', join(group('short'), { sessionTimeoutMs: 10 })],
    ['long session', join(group('long'), { sessionTimeoutMs: 100_000_000 })],
    ['no protocols', join(group('np'), { protocols: [] })],
    ['empty protocol type', join(group('npt'), { protocolType: '' })],
    ['static', join(group('static'), { groupInstanceId: 'one' })],
    ['static again', join(group('static'), { groupInstanceId: 'one' })],
    [
      'static with another id',
      join(group('static'), { groupInstanceId: 'one', memberId: 'nobody' }),
    ],
    [
      'static unknown with an id',
      join(group('static'), { groupInstanceId: 'two', memberId: 'nobody' }),
    ],
    [
      'other protocol',
      withMember('other', (wire, _, id) =>
        wire.ask(...join(id, { protocols: [protocol('sticky')] })),
      ),
    ],
    [
      'other type',
      withMember('type', (wire, _, id) => wire.ask(...join(id, { protocolType: 'connect' }))),
    ],
    [
      'member again, same',
      withMember('again', (wire, { memberId }, id) => wire.ask(...join(id, { memberId }))),
    ],
    [
      'before sync, same',
      withMember('nosync', (wire, { memberId }, id) => wire.ask(...join(id, { memberId })), {
        sync: false,
      }),
    ],
    [
      'static leader comes back',
      withMember('sl', (wire, _, id) => wire.ask(...join(id, { groupInstanceId: 'i' })), {
        groupInstanceId: 'i',
      }),
    ],
    [
      'static leader comes back, v8',
      withMember('sl8', (wire, _, id) => wire.ask(...join(id, { groupInstanceId: 'i' }, 8)), {
        groupInstanceId: 'i',
      }),
    ],
    [
      'static leader comes back, then its old id',
      withMember(
        'slo',
        async (wire, old, id) => {
          await wire.ask(...join(id, { groupInstanceId: 'i' }))
          return [
            await wire.ask(...heartbeat(id, old.generationId, old.memberId, 'i')),
            await wire.ask(...sync(id, old.generationId, old.memberId, { groupInstanceId: 'i' })),
            await wire.ask(...join(id, { groupInstanceId: 'i', memberId: old.memberId })),
          ]
        },
        { groupInstanceId: 'i' },
      ),
    ],
  ]
  const staying = [
    [
      'heartbeat',
      withMember('hb', (wire, m, id) => wire.ask(...heartbeat(id, m.generationId, m.memberId))),
    ],
    [
      'heartbeat, wrong generation',
      withMember('hbg', (wire, m, id) => wire.ask(...heartbeat(id, 7, m.memberId))),
    ],
    [
      'heartbeat, unknown member',
      withMember('hbm', (wire, m, id) => wire.ask(...heartbeat(id, m.generationId, 'nobody'))),
    ],
    ['heartbeat, unknown group', heartbeat(group('nothing'), 1, 'nobody')],
    ['heartbeat, empty group', heartbeat('', 1, 'nobody')],
    [
      'heartbeat before sync',
      withMember('hbb', (wire, m, id) => wire.ask(...heartbeat(id, m.generationId, m.memberId)), {
        sync: false,
      }),
    ],
    [
      'heartbeat, instance unknown',
      withMember('hbi', (wire, m, id) =>
        wire.ask(...heartbeat(id, m.generationId, m.memberId, 'x')),
      ),
    ],
    [
      'sync again',
      withMember('sa', (wire, m, id) => wire.ask(...sync(id, m.generationId, m.memberId))),
    ],
    [
      'sync, wrong generation',
      withMember('sg', (wire, m, id) => wire.ask(...sync(id, 9, m.memberId))),
    ],
    [
      'sync, wrong protocol',
      withMember('sp', (wire, m, id) =>
        wire.ask(...sync(id, m.generationId, m.memberId, { protocolName: 'x' })),
      ),
    ],
    ['sync, unknown group', sync(group('nothing'), 1, 'nobody')],
    ['sync, empty group', sync('', 1, 'nobody')],
    [
      'leave',
      withMember('le', (wire, m, id) => wire.ask(...leave(id, [{ memberId: m.memberId }]))),
    ],
    [
      'leave v1',
      withMember('le1', (wire, m, id) => wire.ask(...leave(id, [{ memberId: m.memberId }], 1))),
    ],
    [
      'leave, unknown member',
      withMember('leu', (wire, _, id) => wire.ask(...leave(id, [{ memberId: 'nobody' }]))),
    ],
    [
      'leave, unknown member, v2',
      withMember('leu2', (wire, _, id) => wire.ask(...leave(id, [{ memberId: 'nobody' }], 2))),
    ],
    ['leave, unknown group', leave(group('nothing'), [{ memberId: 'nobody' }])],
    ['leave, unknown group, v1', leave(group('nothing'), [{ memberId: 'nobody' }], 1)],
    ['leave, empty group', leave('', [{ memberId: 'nobody' }])],
    ['leave, nobody named', withMember('len', (wire, _, id) => wire.ask(...leave(id, [])))],
    [
      'leave, pending',
      async (wire) => {
        const { memberId } = await wire.ask(...join(group('lep')))
        return wire.ask(...leave(group('lep'), [{ memberId }]))
      },
    ],
    [
      'leave by instance',
      withMember(
        'lei',
        (wire, _, id) =>
          wire.ask(
            ...leave(id, [
              { memberId: '', groupInstanceId: 'i' },
              { memberId: '', groupInstanceId: 'x' },
            ]),
          ),
        { groupInstanceId: 'i' },
      ),
    ],
  ]
  return [...titled('join', joining), ...titled('member', staying)]
}
