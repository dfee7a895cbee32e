import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { assert } from '@millrace/base'
import { createTRPCClient, httpLink } from '@trpc/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppRouter } from './router.ts'
import { productVersion } from './system/version.ts'
import { order, orderCode } from './testing/pipelines.ts'
import { cpuTicks, processesBelow } from './testing/processes.ts'
import { freePorts, type Spawned, spawnCli, startCli } from './testing/spawn-cli.ts'
import { eventually, temporaryDirectory } from './testing/start-test-server.ts'

let directory: string
const running: Spawned[] = []
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exited
  }
  rmSync(directory, { recursive: true, force: true })
})

async function started(flags?: readonly string[]) {
  const server = await startCli(directory, flags)
  running.push(server)
  return server
}

const isEmpty = (list: readonly unknown[]) => list.length === 0

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

describe('millrace start', { timeout: 60_000 }, () => {
  it('prints three lines, writes the same addresses into the ready file, and ends on SIGTERM with 0', async () => {
    const server = await started()
    const { ready } = server
    expect(server.output()).toBe(
      `Studio ${ready.studio}\nKafka ${ready.kafka}\nRegistry ${ready.registry}\n`,
    )
    expect(ready).toEqual({
      studio: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      kafka: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      registry: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      pid: server.child.pid,
    })
    server.child.kill('SIGTERM')
    expect(await server.exited).toBe(0)
    expect(server.errors()).toBe('')
  })

  it('says in a sentence that the ready file cannot be written, and ends with nothing left behind', async () => {
    const server = spawnCli([
      'start',
      '--data',
      join(directory, 'data'),
      ...freePorts,
      '--ready-file',
      directory,
    ])
    running.push(server)
    expect(await server.exited).toBe(1)
    expect(server.errors()).toMatch(
      /^The ready file .* cannot be written: .*--ready-file FILE\.\n$/,
    )
    expect(server.output()).toBe('')
    expect(existsSync(join(directory, 'data', 'lock'))).toBe(false)
  })

  it('takes away the ready file of an earlier run, but not that of a running one', async () => {
    const first = await started()
    const [name] = readdirSync(directory).filter((each) => each.startsWith('ready-'))
    const readyFile = join(directory, name)
    const again = (...flags: string[]) => {
      const next = ['start', '--data', join(directory, 'data'), '--ready-file', readyFile, ...flags]
      const server = spawnCli(next)
      running.push(server)
      return server.exited
    }
    expect(await again(...freePorts)).toBe(1)
    expect(existsSync(readyFile)).toBe(true)
    first.child.kill('SIGKILL')
    await first.exited
    const taken = await listenOn(0)
    const { port } = taken.address() as { port: number }
    expect(await again('--port', `${port}`)).toBe(1)
    expect(existsSync(readyFile)).toBe(false)
    taken.close()
  })

  it('keeps what was written over SIGTERM and over SIGKILL', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const server = await started()
      const client = createTRPCClient<AppRouter>({
        links: [httpLink({ url: `${server.ready.studio}/trpc` })],
      })
      await client.pipelines.create.mutate({ name: `Before ${signal}` })
      server.child.kill(signal)
      await server.exited
    }
    const again = await started()
    const client = createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${again.ready.studio}/trpc` })],
    })
    const names = (await client.pipelines.list.query()).map(({ name }) => name)
    expect(names).toEqual(['Before SIGKILL', 'Before SIGTERM'])
  })

  it('leaves no process behind when it is killed while user code is in an endless loop', async () => {
    const server = await started()
    const { pid } = server.ready
    const client = createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${server.ready.studio}/trpc` })],
    })
    await client.topics.create.mutate({ name: 'orders' })
    const code = `export const fn = processFunction({
      onElement(row, ctx) {
        if (row.user_id === 'loop') for (;;) {}
        ctx.emit({ user_id: row.user_id })
      },
    })`
    const document = orderCode({ from: 'orders', to: 'checked', code })
    const { id, revision } = await client.pipelines.create.mutate({ name: 'Loop', document })
    await client.pipelines.deploy.mutate({ id, revision })
    const produce = (userId: string) =>
      client.topics.produce.mutate({ name: 'orders', messages: [order(userId, 1, 1000)] })
    await produce('a')
    await eventually(
      () => client.topics.list.query(),
      (topics) => topics.some(({ name, records }) => name === 'checked' && records === 1),
    )
    const host = processesBelow(pid).find(({ command }) => command.includes('max-old-space-size'))
    assert(host, 'there is no code host')
    const before = cpuTicks(host.pid)
    await produce('loop')
    await eventually(
      async () => cpuTicks(host.pid) - before,
      (ticks) => ticks >= 50,
    )
    const tree = [pid, ...processesBelow(pid).map((one) => one.pid)]
    server.child.kill('SIGKILL')
    await server.exited
    await eventually(async () => tree.filter((one) => cpuTicks(one) > 0), isEmpty, 2_000)
  })

  it('refuses a directory that another one uses, and names its process', async () => {
    const first = await started()
    const second = spawnCli(['start', '--data', join(directory, 'data'), ...freePorts])
    running.push(second)
    expect(await second.exited).toBe(1)
    expect(second.errors()).toContain(`in use by process ${first.ready.pid}`)
    expect(second.errors()).toContain('--data DIR')
  })

  it('refuses a port that was asked for and is taken, naming the flag', async () => {
    const taken = await listenOn(0)
    const { port } = taken.address() as { port: number }
    for (const flag of ['--port', '--kafka-port', '--registry-port']) {
      const others = freePorts.flatMap((each, at) =>
        at % 2 === 0 && each !== flag ? [each, '0'] : [],
      )
      const server = spawnCli(['start', '--data', join(directory, 'd'), ...others, flag, `${port}`])
      running.push(server)
      expect(await server.exited).toBe(1)
      expect(server.errors()).toMatch(new RegExp(`Port ${port} for .* is taken.*${flag} 0`, 's'))
    }
    taken.close()
  })

  it('gives way with a note when a default port is taken', async () => {
    const taken = await listenOn(8081).catch(() => undefined)
    const server = await started(['--port', '0', '--kafka-port', '0'])
    expect(server.output()).toMatch(
      /^Port 8081 is taken, so the registry listens on \d+\. Choose another with --registry-port N\.\nStudio /,
    )
    expect(server.ready.registry).not.toMatch(/:8081$/)
    taken?.close()
  })

  it('refuses unknown flags and other machines', async () => {
    const unknown = spawnCli(['start', '--prot', '1'])
    running.push(unknown)
    expect(await unknown.exited).toBe(2)
    expect(unknown.errors()).toContain('--prot is no flag')
    const open = spawnCli(['start', '--host', '0.0.0.0'])
    running.push(open)
    expect(await open.exited).toBe(2)
    expect(open.errors()).toContain('there is no sign-in yet')
  })

  it('names a directory that it cannot use, with the mend', async () => {
    const file = join(directory, 'file')
    writeFileSync(file, '')
    const server = spawnCli(['start', '--data', join(file, 'data'), ...freePorts])
    running.push(server)
    expect(await server.exited).toBe(1)
    expect(server.errors()).toContain(`The data directory ${file}/data cannot be used`)
    expect(server.errors()).toContain('There is a file in its place')
    expect(server.errors()).toContain('--data DIR')
  })
})

it('has the version of package.json', () => {
  const file = new URL('../package.json', import.meta.url)
  expect(JSON.parse(readFileSync(file, 'utf8')).version).toBe(productVersion)
})
