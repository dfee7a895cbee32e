/** Frames out of a stream of chunks, however they are cut. */
import { concatBytes, equalBytes, randomInteger, seededRandom } from '@millrace/base'
import { expect, it } from 'vitest'
import { FrameAssembler, ProtocolError } from './index.ts'

function framed(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + body.length)
  new DataView(frame.buffer).setInt32(0, body.length)
  frame.set(body, 4)
  return frame
}

it('cuts the same frames whatever the chunks are', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed)
    const bodies = Array.from({ length: 8 }, (_, i) =>
      new Uint8Array(randomInteger(random, 4, seed % 10 === 0 ? 600_000 : 40)).fill(i + 1),
    )
    const stream = concatBytes(bodies.map(framed))
    const frames: Uint8Array[] = []
    const assembler = new FrameAssembler((frame) => frames.push(frame.slice()))
    const chunkMax = seed % 10 === 0 ? 100_000 : 1 + (seed % 30)
    for (let at = 0; at < stream.length; ) {
      const size = randomInteger(random, 1, chunkMax)
      assembler.push(stream.subarray(at, at + size))
      at += size
    }
    expect(frames.length, `seed ${seed}`).toBe(bodies.length)
    const same = frames.every((frame, i) => equalBytes(frame, bodies[i]))
    expect(same, `seed ${seed}`).toBe(true)
  }
})

it('refuses negative and absurd sizes as soon as the size is there', () => {
  const assembler = () => new FrameAssembler(() => {})
  expect(() => assembler().push(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toThrow(ProtocolError)
  expect(() => assembler().push(Uint8Array.of(0x7f, 0xff, 0xff, 0xff))).toThrow(ProtocolError)
  expect(() => assembler().push(Uint8Array.of(0, 0, 0, 0))).toThrow(ProtocolError)
  const split = assembler()
  split.push(Uint8Array.of(0x7f, 0xff))
  expect(() => split.push(Uint8Array.of(0xff, 0xff))).toThrow(ProtocolError)
})
