/** The TCP side: addresses, ports, pipelining, and strangers who do not speak Kafka. */
import { connect, createServer, type Socket } from 'node:net'
import { concatBytes } from '@millrace/base'
import { afterEach, expect, it } from 'vitest'
import { brokerKit } from '../apis/testing/broker-kit.ts'
import { batchOf } from '../log/testing/log-kit.ts'
import {
  apis,
  FrameAssembler,
  frameRequest,
  newFetchRequest,
  newFetchRequestPartition,
  newMetadataRequest,
} from '../protocol/index.ts'
import { startTcpServer, type TcpServer } from './index.ts'

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function serve(port = 0, host = '127.0.0.1', unreadBytesMax?: number) {
  const { services, said, logs } = await brokerKit()
  const server: TcpServer = await startTcpServer({ services, host, port, unreadBytesMax })
  ends.push(() => server.close())
  return { server, said, logs }
}

/** A raw client: correlation ids of the answers in order, and its end. */
function dial(port: number, host = '127.0.0.1') {
  const socket: Socket = connect({ host, port })
  const answers: number[] = []
  const sizes: number[] = []
  let onAnswer = () => {}
  const frames = new FrameAssembler((frame) => {
    answers.push(new DataView(frame.buffer, frame.byteOffset).getInt32(0))
    sizes.push(frame.length)
    onAnswer()
  })
  socket.on('data', (chunk) => frames.push(chunk))
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => {})
  ends.push(() => void socket.destroy())
  const answered = (count: number) =>
    new Promise<number[]>((resolve) => {
      onAnswer = () => answers.length >= count && resolve(answers)
      onAnswer()
    })
  return { socket, closed, answered, sizes }
}

function metadata(correlationId: number): Uint8Array {
  const header = { version: 12, correlationId, clientId: 'raw' }
  return concatBytes(frameRequest(apis.metadata, header, newMetadataRequest({ topics: null })))
}

it('listens on 127.0.0.1 and ::1 on one port that was free on both', async () => {
  const { server } = await serve()
  expect(server.addresses).toEqual(['127.0.0.1', '::1'])
  for (const host of server.addresses) {
    const client = dial(server.port, host)
    client.socket.write(metadata(1))
    expect(await client.answered(1)).toEqual([1])
  }
})

it('names a port that is taken', async () => {
  const { server } = await serve()
  await expect(serve(server.port)).rejects.toMatchObject({ code: 'port-in-use', origin: 'user' })
})

it('names a port that is taken on ::1 alone', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen({ host: '::1', port: 0 }, resolve))
  ends.push(() => void other.close())
  const address = other.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  await expect(serve(port)).rejects.toMatchObject({ code: 'port-in-use' })
})

it('answers pipelined requests in order, however the bytes are cut', async () => {
  const { server } = await serve()
  const client = dial(server.port)
  const ids = Array.from({ length: 200 }, (_, i) => i)
  const stream = concatBytes(ids.map(metadata))
  client.socket.setNoDelay(true)
  for (let at = 0; at < stream.length; at += 777) client.socket.write(stream.subarray(at, at + 777))
  expect(await client.answered(200)).toEqual(ids)
})

it('closes the connection of a stranger, says why, and serves the others', async () => {
  const { server, said } = await serve()
  const good = dial(server.port)
  good.socket.write(metadata(1))
  await good.answered(1)
  const strangers = [
    'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0, 0, 0, 10, 0, 99, 0, 0, 0, 0, 0, 1, 255, 255),
    Uint8Array.of(0, 0, 0, 5, 0, 3, 0, 12, 0),
  ]
  for (const bytes of strangers) {
    const bad = dial(server.port)
    bad.socket.write(bytes)
    await bad.closed
  }
  expect(said).toHaveLength(strangers.length)
  expect(said.join('\n')).toContain('API key 99 is not offered')
  good.socket.write(metadata(2))
  expect(await good.answered(2)).toEqual([1, 2])
})

function fetchAll(topic: string): Uint8Array {
  const partitions = [newFetchRequestPartition({ partitionMaxBytes: 50_000_000 })]
  const request = newFetchRequest({ maxBytes: 50_000_000, topics: [{ topic, partitions }] })
  const header = { version: 12, correlationId: 1, clientId: 'raw' }
  return concatBytes(frameRequest(apis.fetch, header, request))
}

it('gives smaller answers while a client leaves large ones unread', async () => {
  const { server, logs } = await serve(0, '127.0.0.1', 25_000_000)
  logs.createTopic({ name: 'big', partitions: 1 })
  const value = 'x'.repeat(900_000)
  for (let count = 0; count < 24; count++) logs.partition('big', 0)?.append(batchOf([value]))
  const reader = dial(server.port)
  let asked = 0
  const answerBytes = async () => {
    reader.socket.write(fetchAll('big'))
    await reader.answered(++asked)
    return reader.sizes[asked - 1]
  }
  const whole = await answerBytes()
  expect(whole).toBeGreaterThan(24 * 900_000)
  const lazy = dial(server.port)
  lazy.socket.pause()
  // More than the kernel's buffers hold.
  for (let count = 0; count < 5; count++) lazy.socket.write(fetchAll('big'))
  while ((await answerBytes()) === whole) {}
  lazy.socket.destroy()
  while ((await answerBytes()) < whole) {}
})

it('ends its connections when it closes', async () => {
  const { server } = await serve()
  const client = dial(server.port)
  client.socket.write(metadata(1))
  await client.answered(1)
  expect(server.connections()).toBe(1)
  await server.close()
  await client.closed
})
