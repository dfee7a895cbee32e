/** The codecs of the Node host: gzip and zstd from node:zlib, LZ4 and Snappy encoders from prebuilt addons. */
import * as zlib from 'node:zlib'
import { messageOf } from '@millrace/base'
import { compressFrameSync } from 'lz4-napi'
import { compressSync as compressSnappy } from 'snappy'
import { type Codec, type Codecs, corruptCompression, decompressedTooLarge } from '../codec.ts'
import { decompressLz4 } from '../lz4.ts'
import { decompressSnappy } from '../snappy.ts'
import { zstdSize } from '../zstd-bound.ts'

/** Resolves when the zstd module is loaded; call it once at start. */
export async function loadNodeCodecs(): Promise<Codecs> {
  return { gzip, snappy, lz4, zstd: await loadZstd() }
}

const gzip: Codec = {
  compress: (bytes) => zlib.gzipSync(bytes, { level: 6 }),
  decompress(bytes, sizeMax) {
    try {
      return zlib.gunzipSync(bytes, { maxOutputLength: sizeMax })
    } catch (cause) {
      throw zlibError('gzip', cause, sizeMax)
    }
  },
}

const snappy: Codec = {
  compress: (bytes) => compressSnappy(bytes),
  decompress: decompressSnappy,
}

const lz4: Codec = {
  compress: (bytes) => compressFrameSync(asBuffer(bytes)),
  decompress: decompressLz4,
}

/** From Node 22.15 on; the types of Node 20 do not know them. */
interface ZlibWithZstd {
  zstdCompressSync?(bytes: Uint8Array): Uint8Array
  zstdDecompressSync?(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array
}

async function loadZstd(): Promise<Codec> {
  const { zstdCompressSync, zstdDecompressSync } = zlib as ZlibWithZstd
  if (zstdCompressSync && zstdDecompressSync) {
    return {
      compress: (bytes) => zstdCompressSync(bytes),
      decompress(bytes, sizeMax) {
        zstdSize(bytes)
        try {
          return zstdDecompressSync(bytes, { maxOutputLength: sizeMax })
        } catch (cause) {
          throw zlibError('zstd', cause, sizeMax)
        }
      },
    }
  }
  const wasm = await import('@bokuweb/zstd-wasm')
  await wasm.init()
  return {
    compress: (bytes) => wasm.compress(bytes),
    decompress(bytes, sizeMax) {
      const { bound, announced } = zstdSize(bytes)
      if (announced > sizeMax) throw decompressedTooLarge('zstd', sizeMax)
      const heapSize = Math.min(bound, sizeMax)
      try {
        return wasm.decompress(bytes, { defaultHeapSize: Math.max(1, heapSize) })
      } catch (cause) {
        if (bound > sizeMax) throw decompressedTooLarge('zstd', sizeMax)
        throw corruptCompression('zstd', messageOf(cause), cause)
      }
    },
  }
}

function zlibError(name: 'gzip' | 'zstd', cause: unknown, sizeMax: number): Error {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ERR_BUFFER_TOO_LARGE') return decompressedTooLarge(name, sizeMax)
  return corruptCompression(name, messageOf(cause), cause)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
