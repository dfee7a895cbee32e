import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError, encodeUtf8, type Fs, MemoryFs } from './index.ts'
import { nodeFs } from './node/index.ts'

const both: [string, () => { fs: Fs; root: string }][] = [
  ['MemoryFs', () => ({ fs: new MemoryFs(), root: '/data' })],
  ['nodeFs', () => ({ fs: nodeFs, root: mkdtempSync(join(tmpdir(), 'millrace-fs-')) })],
]

describe.each(both)('%s', (_name, make) => {
  it('appends, reads at positions, truncates', async () => {
    const { fs, root } = make()
    fs.makeDirectorySync(root)
    const file = fs.openSync(`${root}/a`, 'append')
    file.appendSync(encodeUtf8('hello '))
    file.appendSync(encodeUtf8('world'))
    expect(file.size()).toBe(11)
    expect(file.readSync(6, 100)).toEqual(encodeUtf8('world'))
    expect(await file.read(0, 5)).toEqual(encodeUtf8('hello'))
    file.truncateSync(5)
    file.appendSync(encodeUtf8('!'))
    expect(file.readSync(0, 100)).toEqual(encodeUtf8('hello!'))
    file.close()
  })

  it('fences with create and names what is missing', () => {
    const { fs, root } = make()
    fs.makeDirectorySync(root)
    fs.openSync(`${root}/once`, 'create').close()
    expect(codeOf(() => fs.openSync(`${root}/once`, 'create'))).toBe('fs-exists')
    expect(codeOf(() => fs.openSync(`${root}/never`, 'read'))).toBe('fs-not-found')
  })

  it('lists, renames and removes whole directories', () => {
    const { fs, root } = make()
    fs.makeDirectorySync(`${root}/one/two`)
    fs.openSync(`${root}/one/two/file`, 'create').close()
    fs.renameSync(`${root}/one`, `${root}/other`)
    expect(fs.listSync(`${root}/other`)).toEqual(['two'])
    expect(fs.sizeSync(`${root}/other/two/file`)).toBe(0)
    fs.removeTreeSync(`${root}/other`)
    expect(fs.listSync(`${root}/other`)).toEqual([])
  })

  it('refuses a closed handle', () => {
    const { fs, root } = make()
    fs.makeDirectorySync(root)
    const file = fs.openSync(`${root}/a`, 'append')
    file.close()
    expect(codeOf(() => file.readSync(0, 1))).toBe('fs-closed')
  })
})

function codeOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'nothing was thrown'
}
