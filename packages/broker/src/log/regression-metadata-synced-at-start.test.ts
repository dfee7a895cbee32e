import { CrashingFs, type Fs, seededRandom } from '@millrace/base'
import { expect, it } from 'vitest'
import { testLogs } from './testing/log-kit.ts'

/** Once `dying.now` is set, a written metadata record is neither synced nor taken back. */
function diesBeforeSync(fs: CrashingFs, dying: { now: boolean }): Fs {
  return new Proxy<Fs>(fs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (name !== 'openSync') return value.bind(target)
      return (path: string, mode: 'read' | 'append' | 'create') => {
        const file = fs.openSync(path, mode)
        const { syncSync, truncateSync } = file
        const unlessDying = <Argument>(call: (argument: Argument) => void) => {
          return (argument: Argument) => {
            if (dying.now) throw new Error('killed')
            call.call(file, argument)
          }
        }
        file.syncSync = unlessDying(syncSync) as () => void
        file.truncateSync = unlessDying(truncateSync)
        return file
      }
    },
  })
}

// Found by the simulator (broker-group-crash, seed 287): a topic that was replayed but never synced was shown, used, and
// gone after the next power cut.
it('keeps a topic that a start has shown, even if the process that made it died before the sync', () => {
  for (let seed = 0; seed < 20; seed++) {
    const fs = new CrashingFs(seededRandom(seed))
    const dying = { now: false }
    const { logs } = testLogs(diesBeforeSync(fs, dying))
    dying.now = true
    const created = logs.createTopic({ name: 't', partitions: 1 })
    expect(created.error).toBe('KAFKA_STORAGE_ERROR')
    fs.crash('kill')
    expect(testLogs(fs).logs.topic('t')).toBeDefined()
    fs.crash('power')
    expect(testLogs(fs).logs.topic('t'), `seed ${seed}`).toBeDefined()
  }
})
