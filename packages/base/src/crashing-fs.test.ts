import { describe, expect, it } from 'vitest'
import { CrashingFs, encodeUtf8, readFileSync, seededRandom, writeFileAtomicSync } from './index.ts'

const bytes = encodeUtf8

describe('CrashingFs', () => {
  it('keeps every synced byte and at most what was written after a power loss, for 200 seeds', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const fs = new CrashingFs(seededRandom(seed))
      const file = fs.openSync('log', 'append')
      fs.syncDirectorySync('.')
      file.appendSync(bytes('synced'))
      await file.sync()
      file.appendSync(bytes('maybe'))
      fs.crash('power')
      const left = new TextDecoder().decode(readFileSync(fs, 'log'))
      expect('syncedmaybe'.startsWith(left), `seed ${seed}: ${left}`).toBe(true)
      expect(left.length, `seed ${seed}`).toBeGreaterThanOrEqual(6)
    }
  })

  it('loses unsynced bytes for some seed and tears an append for some other', () => {
    const lengths = new Set<number>()
    for (let seed = 1; seed <= 200; seed++) {
      const fs = new CrashingFs(seededRandom(seed))
      const file = fs.openSync('log', 'append')
      fs.syncDirectorySync('.')
      file.appendSync(bytes('abc'))
      fs.crash('power')
      lengths.add(fs.sizeSync('log') ?? -1)
    }
    expect([...lengths].sort()).toEqual([0, 1, 2, 3])
  })

  it('keeps everything after the process was killed', () => {
    const fs = new CrashingFs(seededRandom(1))
    fs.openSync('log', 'append').appendSync(bytes('abc'))
    fs.crash('kill')
    expect(readFileSync(fs, 'log')).toEqual(bytes('abc'))
  })

  it('refuses handles of the dead process and never settles their syncs', async () => {
    const fs = new CrashingFs(seededRandom(1))
    const file = fs.openSync('log', 'append')
    file.appendSync(bytes('abc'))
    let settled = false
    const pending = file.sync().then(() => {
      settled = true
    })
    fs.crash('power')
    await Promise.race([pending, new Promise((resolve) => setImmediate(resolve))])
    expect(settled).toBe(false)
    expect(() => file.appendSync(bytes('d'))).toThrowError(/dead/)
  })

  it('may lose a created file whose directory was not synced', () => {
    const present = new Set<boolean>()
    for (let seed = 1; seed <= 50; seed++) {
      const fs = new CrashingFs(seededRandom(seed))
      fs.openSync('dir/new', 'create').syncSync()
      fs.crash('power')
      present.add(fs.existsSync('dir/new'))
    }
    expect(present).toEqual(new Set([true, false]))
  })

  it('leaves the old or the new content of an atomically written file', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const fs = new CrashingFs(seededRandom(seed))
      writeFileAtomicSync(fs, 'dir/file', bytes('old'))
      const torn = fs.openSync('dir/file.tmp', 'create')
      torn.appendSync(bytes('new content'))
      fs.crash('power')
      expect(readFileSync(fs, 'dir/file'), `seed ${seed}`).toEqual(bytes('old'))
    }
  })
})
