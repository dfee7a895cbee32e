/** kafkajs brings gzip alone; the other codecs are filled with ours, as its documentation asks. */
import kafkajs from 'kafkajs'
import type { Codecs } from '../../compression/codec.ts'
import { loadNodeCodecs } from '../../compression/node/codecs.ts'

const { CompressionCodecs, CompressionTypes } = kafkajs

export async function fillKafkajsCodecs(): Promise<void> {
  const codecs = await loadNodeCodecs()
  const fill = (type: 2 | 3 | 4, name: keyof Codecs) => {
    CompressionCodecs[type] = () => ({
      compress: async (encoder: { buffer: Uint8Array }) =>
        Buffer.from(codecs[name].compress(encoder.buffer)),
      decompress: async (bytes: Uint8Array) =>
        Buffer.from(codecs[name].decompress(bytes, 64 * 1024 * 1024)),
    })
  }
  fill(CompressionTypes.Snappy, 'snappy')
  fill(CompressionTypes.LZ4, 'lz4')
  fill(CompressionTypes.ZSTD, 'zstd')
}
