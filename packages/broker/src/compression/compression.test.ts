import { encodeUtf8, randomInteger, seededRandom } from '@millrace/base'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Codecs } from './codec.ts'
import { loadNodeCodecs } from './node/codecs.ts'

const names = ['gzip', 'snappy', 'lz4', 'zstd'] as const
let codecs: Codecs
beforeAll(async () => {
  codecs = await loadNodeCodecs()
})

function sample(seed: number): Uint8Array {
  const random = seededRandom(seed)
  const words = [
    'order',
    'click',
    '{"user":',
    '}',
    String(seed),
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  ]
  let text = ''
  for (let count = randomInteger(random, 0, 5000); count > 0; count--) {
    text += words[randomInteger(random, 0, words.length - 1)]
  }
  return encodeUtf8(text)
}

describe.each(names)('%s', (name) => {
  it('gives back what it was given', () => {
    for (let seed = 0; seed < 40; seed++) {
      const bytes = sample(seed)
      const packed = new Uint8Array(codecs[name].compress(bytes))
      const back = codecs[name].decompress(packed, 1_000_000)
      expect(Buffer.compare(back, bytes), `seed ${seed}`).toBe(0)
    }
  })

  it('stops at its limit', () => {
    const packed = codecs[name].compress(new Uint8Array(1_000_000))
    expect(() => codecs[name].decompress(packed, 10_000)).toThrow(
      expect.objectContaining({ code: 'decompressed-too-large' }),
    )
  })

  it('refuses cut and damaged bytes by its error alone, for 200 seeds', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed)
      const packed = new Uint8Array(codecs[name].compress(sample(seed)))
      const cut = packed.slice(0, randomInteger(random, 1, packed.length))
      cut[randomInteger(random, 0, cut.length - 1)] ^= 1 << randomInteger(random, 0, 7)
      try {
        codecs[name].decompress(cut, 1_000_000)
      } catch (error) {
        expect(['corrupt-compression', 'decompressed-too-large'], `seed ${seed}`).toContain(
          (error as { code?: string }).code,
        )
      }
    }
  })
})

describe('snappy', () => {
  it("reads xerial's frame of several blocks", () => {
    const blocks = [sample(1), sample(2), sample(3)]
    const parts: Uint8Array[] = [
      new Uint8Array([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]),
    ]
    for (const block of blocks) {
      const packed = codecs.snappy.compress(block)
      const size = new Uint8Array(4)
      new DataView(size.buffer).setUint32(0, packed.length)
      parts.push(size, packed)
    }
    const back = codecs.snappy.decompress(new Uint8Array(Buffer.concat(parts)), 1_000_000)
    expect(Buffer.compare(back, Buffer.concat(blocks))).toBe(0)
  })
})
