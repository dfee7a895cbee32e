import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../testing/start-test-server.ts'
import { openDataDirectory } from './data-directory.ts'

let directory: string
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const lockFile = () => join(directory, 'lock')

describe('the data directory', () => {
  it('is made if absent, given to one at a time, and free again after release', async () => {
    const path = join(directory, 'new', 'deep')
    const first = await openDataDirectory(path)
    await expect(openDataDirectory(path)).rejects.toMatchObject({ code: 'data-directory-locked' })
    await first.release()
    await (await openDataDirectory(path)).release()
  })

  it('is refused while the process that the lock names lives, also without its socket', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'])
    const stat = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    const processStart = stat()
      .slice(stat().lastIndexOf(')') + 2)
      .split(' ')[19]
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    writeFileSync(lockFile(), JSON.stringify({ pid: child.pid, bootId, processStart }))
    await expect(openDataDirectory(directory)).rejects.toThrow(`in use by process ${child.pid}`)
    // The same number with another start time, or of another boot, is another process.
    writeFileSync(lockFile(), JSON.stringify({ pid: child.pid, bootId, processStart: '1' }))
    await (await openDataDirectory(directory)).release()
    writeFileSync(lockFile(), JSON.stringify({ pid: child.pid, bootId: 'other', processStart }))
    await (await openDataDirectory(directory)).release()
    child.kill('SIGKILL')
    await once(child, 'exit')
  })

  it('is taken over from a killed process, and from a lock that a crash tore', async () => {
    writeFileSync(lockFile(), JSON.stringify({ pid: 999_999_999 }))
    await (await openDataDirectory(directory)).release()
    writeFileSync(lockFile(), '{"pid":')
    await (await openDataDirectory(directory)).release()
  })
})
