import { expect, it } from 'vitest'
import { Turns } from './turns.ts'

it('runs the work of one key in order, also after a failure, and that of others at once', async () => {
  const turns = new Turns()
  const seen: string[] = []
  let release: () => void = () => undefined
  const held = turns.take('a', async () => {
    await new Promise<void>((resolve) => {
      release = resolve
    })
    seen.push('a1')
    throw new Error('a1 failed')
  })
  const second = turns.take('a', async () => seen.push('a2'))
  await turns.take('b', async () => seen.push('b'))
  release()
  await expect(held).rejects.toThrow('a1 failed')
  await second
  expect(seen).toEqual(['b', 'a1', 'a2'])
})
