import { describe, expect, it } from 'vitest'
import type { RegistryRecord, RegistryStore } from './api.ts'
import { memoryRegistryStore } from './memory-store.ts'
import { createRegistry } from './registry.ts'

const orderV1 = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}'
const orderV2 =
  '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"promo_code","type":["null","string"],"default":null}]}'
const orderBad =
  '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"amount","type":"double"}]}'

/** Requests as `METHOD path?query`, answers as [status, parsed body]. */
function client(store: RegistryStore = memoryRegistryStore()) {
  const registry = createRegistry(store)
  const send = async (request: string, body?: unknown): Promise<[number, unknown]> => {
    const [method, target] = request.split(' ')
    const [path, search] = target.split('?')
    const answer = await registry.handle({
      method,
      path,
      query: Object.fromEntries(new URLSearchParams(search ?? '')),
      body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    })
    expect(answer.contentType).toBe('application/vnd.schemaregistry.v1+json')
    return [answer.status, JSON.parse(answer.body)]
  }
  return { registry, send }
}

const error = (status: number, code: number, message: string) => [
  status,
  { error_code: code, message },
]

describe('subjects and versions', () => {
  it('are registered, found and read back', async () => {
    const { send } = client()
    expect(await send('GET /subjects')).toEqual([200, []])
    expect(await send('POST /subjects/orders-value/versions', { schema: orderV1 })).toEqual([
      200,
      { id: 1 },
    ])
    expect(await send('POST /subjects/orders-value/versions', { schema: orderV2 })).toEqual([
      200,
      { id: 2 },
    ])
    expect(await send('GET /subjects/orders-value/versions')).toEqual([200, [1, 2]])
    const latest = { subject: 'orders-value', version: 2, id: 2, schema: orderV2 }
    expect(await send('GET /subjects/orders-value/versions/latest')).toEqual([200, latest])
    expect(await send('GET /subjects/orders-value/versions/-1')).toEqual([200, latest])
    expect(await send('GET /subjects/orders-value/versions/1/schema')).toEqual([
      200,
      JSON.parse(orderV1),
    ])
    expect(await send('GET /subjects/orders-value/versions/1/referencedby')).toEqual([200, []])
    expect(await send('GET /schemas/ids/2')).toEqual([200, { schema: orderV2 }])
    expect(await send('GET /schemas/ids/2/schema')).toEqual([200, JSON.parse(orderV2)])
    expect(await send('GET /schemas/ids/2/versions')).toEqual([
      200,
      [{ subject: 'orders-value', version: 2 }],
    ])
    expect(await send('GET /schemas/ids/2/subjects')).toEqual([200, ['orders-value']])
    expect(await send('GET /schemas?latestOnly=true')).toEqual([200, [latest]])
    expect(await send('GET /schemas/types')).toEqual([200, ['AVRO']])
    expect(await send('GET /')).toEqual([200, {}])
  })

  it('share the id of the same schema, however it is written', async () => {
    const { send } = client()
    await send('POST /subjects/a/versions', { schema: orderV1 })
    const spaced = JSON.stringify(JSON.parse(orderV1), null, 2)
    expect(await send('POST /subjects/a/versions', { schema: spaced })).toEqual([200, { id: 1 }])
    expect(await send('POST /subjects/b%2Fc/versions', { schema: spaced })).toEqual([
      200,
      { id: 1 },
    ])
    expect(await send('GET /subjects')).toEqual([200, ['a', 'b/c']])
    expect(await send('GET /subjects?subjectPrefix=b')).toEqual([200, ['b/c']])
    expect(await send('GET /subjects/a/versions')).toEqual([200, [1]])
    expect(await send('POST /subjects/a', { schema: spaced })).toEqual([
      200,
      { subject: 'a', id: 1, version: 1, schema: orderV1 },
    ])
  })

  it('are refused with the codes and messages of the original', async () => {
    const { send } = client()
    await send('POST /subjects/s/versions', { schema: orderV1 })
    expect(await send('GET /subjects/none/versions')).toEqual(
      error(404, 40401, "Subject 'none' not found."),
    )
    expect(await send('GET /subjects/s/versions/9')).toEqual(
      error(404, 40402, 'Version 9 not found.'),
    )
    expect(await send('GET /subjects/s/versions/0')).toEqual(
      error(
        422,
        42202,
        `The specified version '0' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
      ),
    )
    expect(await send('POST /subjects/s', { schema: orderV2 })).toEqual(
      error(404, 40403, 'Schema not found'),
    )
    expect(await send('GET /schemas/ids/77')).toEqual(error(404, 40403, 'Schema 77 not found'))
    expect(await send('POST /subjects/s/versions', { schema: '{"type":"strin"}' })).toEqual(
      error(
        422,
        42201,
        'Invalid schema {"type":"strin"} with refs [] of type AVRO, details: the schema: "strin" is not a defined name; no type "strin" was seen before.',
      ),
    )
    expect(await send('POST /subjects/s/versions', {})).toEqual(error(422, 42201, 'Empty schema'))
    expect(
      await send('POST /subjects/s/versions', { schema: '{}', schemaType: 'PROTOBUF' }),
    ).toEqual(
      error(422, 42201, 'Invalid schema type PROTOBUF. This registry supports AVRO only so far.'),
    )
    expect((await send('POST /subjects/s/versions', '{oops'))[0]).toBe(400)
    expect(await send('GET /nowhere')).toEqual(error(404, 404, 'HTTP 404 Not Found'))
    expect(await send('PUT /subjects')).toEqual(error(405, 405, 'HTTP 405 Method Not Allowed'))
    expect((await send('GET /subjects/%zz/versions'))[0]).toBe(400)
  })
})

describe('compatibility', () => {
  it('refuses a version that breaks the level, with the reasons of the original', async () => {
    const { send } = client()
    await send('POST /subjects/s/versions', { schema: orderV1 })
    const [status, body] = await send('POST /subjects/s/versions', { schema: orderBad })
    expect(status).toBe(409)
    expect(body).toEqual({
      error_code: 409,
      message: `Schema being registered is incompatible with an earlier schema for subject "s", details: [{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'amount' at path '/fields/1' in the new schema has no default value and is missing in the old schema', additionalInfo:'amount'}, {oldSchemaVersion: 1}, {oldSchema: '${orderV1}'}, {validateFields: 'false', compatibility: 'BACKWARD'}]`,
    })
  })

  it('is checked without registering, plainly or with the reasons', async () => {
    const { send } = client()
    const check = '/compatibility/subjects/s/versions'
    expect(await send(`POST ${check}/latest`, { schema: orderBad })).toEqual([
      200,
      { is_compatible: true },
    ])
    await send('POST /subjects/s/versions', { schema: orderV1 })
    expect(await send(`POST ${check}/latest`, { schema: orderV2 })).toEqual([
      200,
      { is_compatible: true },
    ])
    expect(await send(`POST ${check}/1`, { schema: orderBad })).toEqual([
      200,
      { is_compatible: false },
    ])
    const [, verbose] = await send(`POST ${check}/latest?verbose=true`, { schema: orderBad })
    expect((verbose as { messages: string[] }).messages).toHaveLength(4)
    expect(await send(`POST ${check}/4`, { schema: orderBad })).toEqual(
      error(404, 40402, 'Version 4 not found.'),
    )
    expect(await send(`POST ${check}`, { schema: orderBad })).toEqual([
      200,
      { is_compatible: false },
    ])
    expect(await send('GET /subjects/s/versions')).toEqual([200, [1]])
  })

  it('looks back as far as the level says', async () => {
    const { send } = client()
    const field = (name: string, type: unknown, rest = {}) => ({ name, type, ...rest })
    const schema = (...fields: unknown[]) =>
      JSON.stringify({ type: 'record', name: 'R', fields: [field('id', 'int'), ...fields] })
    await send('PUT /config/s', { compatibility: 'BACKWARD' })
    await send('POST /subjects/s/versions', { schema: schema() })
    await send('POST /subjects/s/versions', { schema: schema(field('a', 'int', { default: 0 })) })
    const next = { schema: schema(field('a', 'int')) }
    const check = 'POST /compatibility/subjects/s/versions'
    expect((await send(check, next))[1]).toEqual({ is_compatible: true })
    await send('PUT /config/s', { compatibility: 'backward_transitive' })
    expect((await send(check, next))[1]).toEqual({ is_compatible: false })
    await send('PUT /config/s', { compatibility: 'FORWARD' })
    expect((await send(check, { schema: schema(field('b', 'int')) }))[1]).toEqual({
      is_compatible: true,
    })
    await send('PUT /config/s', { compatibility: 'FULL' })
    expect((await send(check, { schema: schema(field('b', 'int')) }))[1]).toEqual({
      is_compatible: false,
    })
    await send('PUT /config/s', { compatibility: 'NONE' })
    expect((await send(check, { schema: '"string"' }))[1]).toEqual({ is_compatible: true })
  })
})

describe('config and mode', () => {
  it('have a global level and one for each subject', async () => {
    const { send } = client()
    expect(await send('GET /config')).toEqual([200, { compatibilityLevel: 'BACKWARD' }])
    expect(await send('GET /config/s')).toEqual(
      error(404, 40408, "Subject 's' does not have subject-level compatibility configured"),
    )
    expect(await send('GET /config/s?defaultToGlobal=true')).toEqual([
      200,
      { compatibilityLevel: 'BACKWARD' },
    ])
    expect(await send('PUT /config', { compatibility: 'full' })).toEqual([
      200,
      { compatibility: 'FULL' },
    ])
    expect(await send('PUT /config/s', { compatibility: 'NONE' })).toEqual([
      200,
      { compatibility: 'NONE' },
    ])
    expect(await send('PUT /config', { compatibility: 'SOME' })).toEqual(
      error(
        422,
        42203,
        'Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive',
      ),
    )
    expect(await send('DELETE /config/s')).toEqual([200, { compatibilityLevel: 'NONE' }])
    expect(await send('DELETE /config/s')).toEqual(error(404, 40401, "Subject 's' not found."))
    expect(await send('DELETE /config')).toEqual([200, { compatibilityLevel: 'FULL' }])
    expect(await send('GET /config')).toEqual([200, { compatibilityLevel: 'BACKWARD' }])
    expect(await send('GET /mode')).toEqual([200, { mode: 'READWRITE' }])
    expect((await send('GET /mode/s'))[1]).toMatchObject({ error_code: 40409 })
    expect((await send('PUT /mode', { mode: 'READONLY' }))[0]).toBe(405)
  })
})

describe('deletion', () => {
  it('is soft first and permanent then', async () => {
    const { send } = client()
    await send('POST /subjects/s/versions', { schema: orderV1 })
    await send('POST /subjects/s/versions', { schema: orderV2 })
    expect(await send('DELETE /subjects/s/versions/2?permanent=true')).toEqual(
      error(
        404,
        40407,
        "Subject 's' Version 2 was not deleted first before being permanently deleted",
      ),
    )
    expect(await send('DELETE /subjects/s/versions/latest')).toEqual([200, 2])
    expect(await send('GET /subjects/s/versions')).toEqual([200, [1]])
    expect(await send('GET /subjects/s/versions?deleted=true')).toEqual([200, [1, 2]])
    expect((await send('DELETE /subjects/s/versions/2'))[1]).toMatchObject({ error_code: 40406 })
    expect(await send('GET /schemas/ids/2')).toEqual([200, { schema: orderV2 }])
    expect((await send('DELETE /subjects/s?permanent=true'))[1]).toMatchObject({
      error_code: 40405,
    })
    expect(await send('DELETE /subjects/s')).toEqual([200, [1]])
    expect((await send('DELETE /subjects/s'))[1]).toEqual({
      error_code: 40404,
      message: "Subject 's' was soft deleted.Set permanent=true to delete permanently",
    })
    expect(await send('GET /subjects')).toEqual([200, []])
    expect(await send('GET /subjects?deleted=true')).toEqual([200, ['s']])
    expect(await send('POST /subjects/s/versions', { schema: orderV1 })).toEqual([200, { id: 1 }])
    expect(await send('GET /subjects/s/versions')).toEqual([200, [3]])
    await send('DELETE /subjects/s')
    expect(await send('DELETE /subjects/s?permanent=true')).toEqual([200, [1, 2, 3]])
    expect(await send('DELETE /subjects/s?permanent=true')).toEqual(
      error(404, 40401, "Subject 's' not found."),
    )
  })
})

describe('the log', () => {
  it('holds records as Confluent writes them, and a new registry goes on from it', async () => {
    const store = memoryRegistryStore()
    const { send } = client(store)
    await send('POST /subjects/s/versions', { schema: orderV1 })
    await send('PUT /config', { compatibility: 'NONE' })
    await send('PUT /config/s', { compatibility: 'FULL' })
    await send('POST /subjects/t/versions', { schema: orderV2 })
    await send('DELETE /subjects/s')
    await send('DELETE /subjects/s/versions/1?permanent=true')
    expect(store.records).toEqual<RegistryRecord[]>([
      {
        key: '{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}',
        value: JSON.stringify({ subject: 's', version: 1, id: 1, schema: orderV1, deleted: false }),
      },
      {
        key: '{"keytype":"CONFIG","subject":null,"magic":0}',
        value: '{"compatibilityLevel":"NONE"}',
      },
      {
        key: '{"keytype":"CONFIG","subject":"s","magic":0}',
        value: '{"compatibilityLevel":"FULL"}',
      },
      {
        key: '{"keytype":"SCHEMA","subject":"t","version":1,"magic":1}',
        value: JSON.stringify({ subject: 't', version: 1, id: 2, schema: orderV2, deleted: false }),
      },
      {
        key: '{"keytype":"DELETE_SUBJECT","subject":"s","magic":0}',
        value: '{"subject":"s","version":1}',
      },
      { key: '{"keytype":"CONFIG","subject":"s","magic":0}', value: null },
      { key: '{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}', value: null },
    ])
    const later = client(memoryRegistryStore([{ key: 'noise', value: '{' }, ...store.records]))
    expect(await later.send('GET /subjects?deleted=true')).toEqual([200, ['t']])
    expect(await later.send('GET /config')).toEqual([200, { compatibilityLevel: 'NONE' }])
    expect(await later.send('POST /subjects/u/versions', { schema: '"string"' })).toEqual([
      200,
      { id: 3 },
    ])
    expect(later.registry.subjects()).toEqual(['t', 'u'])
    expect(later.registry.schemaById(2)).toBe(orderV2)
  })

  it('that fails leaves the state as the log has it', async () => {
    const inner = memoryRegistryStore()
    let broken = true
    const { send, registry } = client({
      load: inner.load,
      append: (records) =>
        broken ? Promise.reject(new Error('disk full')) : inner.append(records),
    })
    expect(await send('POST /subjects/s/versions', { schema: orderV1 })).toEqual(
      error(500, 50001, 'Error in the backend data store: disk full'),
    )
    expect(registry.latest('s')).toBeUndefined()
    broken = false
    expect(await send('POST /subjects/s/versions', { schema: orderV1 })).toEqual([200, { id: 1 }])
  })

  it('is read again after a failed append, which may have reached it all the same', async () => {
    const inner = memoryRegistryStore()
    let loses = true
    const { send } = client({
      load: inner.load,
      append: async (records) => {
        await inner.append(records)
        if (loses) throw new Error('connection lost')
      },
    })
    expect((await send('POST /subjects/s/versions', { schema: orderV1 }))[0]).toBe(500)
    loses = false
    expect(await send('GET /subjects/s/versions')).toEqual([200, [1]])
    expect(await send('POST /subjects/s/versions', { schema: orderV2 })).toEqual([200, { id: 2 }])
    expect(inner.records).toHaveLength(2)
  })

  it('gets one write at a time: concurrent registrations of one schema are one version', async () => {
    const store = memoryRegistryStore()
    const { registry } = client(store)
    const made = await Promise.all(
      Array.from({ length: 10 }, () => registry.register('s', orderV1)),
    )
    expect(new Set(made.map((one) => `${one.version}/${one.id}`))).toEqual(new Set(['1/1']))
    expect(store.records).toHaveLength(1)
    await expect(registry.register('s', orderBad)).rejects.toMatchObject({ code: 'schema-refused' })
    expect(registry.compatibility('s')).toBe('BACKWARD')
    expect(registry.versions('s')).toHaveLength(1)
  })

  it('has a bounded number of waiting writes', async () => {
    const store: RegistryStore = {
      load: () => Promise.resolve([]),
      append: () => new Promise(() => {}),
    }
    const { registry } = client(store)
    for (let i = 0; i < 1000; i++) void registry.register(`s${i}`, orderV1)
    await expect(registry.register('last', orderV1)).rejects.toThrow(
      'The registry has 1000 writes waiting. Try again in a moment.',
    )
  })
})

it('refuses a schema that is too long by name', async () => {
  const { send } = client()
  const doc = 'x'.repeat(1_000_000)
  const schema = `{"type":"record","name":"R","doc":"${doc}","fields":[]}`
  expect(await send('POST /subjects/s/versions', { schema })).toEqual(
    error(
      422,
      42209,
      `Invalid schema: it has ${schema.length} characters, at most 1000000 are registered`,
    ),
  )
})
