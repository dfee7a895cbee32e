import { expect, it } from 'vitest'
import { delay, randomInteger, seededRandom, VirtualTime } from './index.ts'

it('runs tasks in order of time, then of scheduling, and shows each its own time', () => {
  const time = new VirtualTime(100)
  const seen: string[] = []
  time.after(20, () => seen.push(`b@${time.now()}`))
  time.after(10, () => {
    seen.push(`a@${time.now()}`)
    time.after(5, () => seen.push(`nested@${time.now()}`))
  })
  time.after(20, () => seen.push(`c@${time.now()}`))
  time.advance(20)
  expect(seen).toEqual(['a@110', 'nested@115', 'b@120', 'c@120'])
})

it('never runs a cancelled task', () => {
  const time = new VirtualTime()
  let ran = false
  const cancel = time.after(1, () => {
    ran = true
  })
  cancel()
  time.advance(10)
  expect(ran).toBe(false)
  expect(time.nextDue()).toBeUndefined()
})

it('resolves a delay when its time has come', async () => {
  const time = new VirtualTime()
  const waiting = delay(time, 50).then(() => time.now())
  time.advance(50)
  expect(await waiting).toBe(50)
})

it('gives the same numbers for the same seed, within bounds', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: 100 }, () => randomInteger(random, -3, 3))
  }
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
  expect(new Set(draw(7))).toEqual(new Set([-3, -2, -1, 0, 1, 2, 3]))
})
