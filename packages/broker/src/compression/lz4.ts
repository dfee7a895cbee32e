/** LZ4 frame decoding, bounded; checksums are not verified, since the record batch has its own CRC. After lz4_Frame_format.md. */
import { BoundedOutput } from './bounded-output.ts'
import { corruptCompression } from './codec.ts'

const magic = 0x184d2204
const skippableMask = 0xfffffff0
const skippableMagic = 0x184d2a50

/** Every frame in `bytes`, one behind the other. */
export function decompressLz4(bytes: Uint8Array, sizeMax: number): Uint8Array {
  const output = new BoundedOutput('lz4', bytes.length * 3, sizeMax)
  let position = 0
  while (position < bytes.length) position = decodeFrame(bytes, position, output)
  return output.finish()
}

function decodeFrame(bytes: Uint8Array, start: number, output: BoundedOutput): number {
  let position = start
  const word = readWord(bytes, position)
  position += 4
  if ((word & skippableMask) >>> 0 === skippableMagic) {
    const size = readWord(bytes, position)
    if (position + 4 + size > bytes.length) throw corruptCompression('lz4', 'a frame is cut off')
    return position + 4 + size
  }
  if (word !== magic) throw corruptCompression('lz4', 'the frame magic is wrong')
  const flags = bytes[position]
  if (flags >>> 6 !== 1) throw corruptCompression('lz4', `frame version ${flags >>> 6}`)
  if (flags & 1) throw corruptCompression('lz4', 'it needs a dictionary')
  const independent = (flags & 32) !== 0
  const blockChecksums = (flags & 16) !== 0
  const contentSize = (flags & 8) !== 0
  const contentChecksum = (flags & 4) !== 0
  position += 2 + (contentSize ? 8 : 0) + 1
  const frameStart = output.size
  for (;;) {
    const header = readWord(bytes, position)
    position += 4
    if (header === 0) break
    const size = header & 0x7fffffff
    if (position + size > bytes.length) throw corruptCompression('lz4', 'a block is cut off')
    if (header >>> 31) output.literal(bytes, position, size)
    else
      decodeBlock(bytes, position, position + size, output, independent ? output.size : frameStart)
    position += size + (blockChecksums ? 4 : 0)
  }
  position += contentChecksum ? 4 : 0
  if (position > bytes.length) throw corruptCompression('lz4', 'a checksum is cut off')
  return position
}

function decodeBlock(
  bytes: Uint8Array,
  start: number,
  end: number,
  output: BoundedOutput,
  floor: number,
): void {
  let position = start
  while (position < end) {
    const token = bytes[position++]
    let count = token >>> 4
    if (count === 15) {
      for (let byte = 255; byte === 255; count += byte) {
        if (position >= end) throw corruptCompression('lz4', 'a literal length is cut off')
        byte = bytes[position++]
      }
    }
    if (position + count > end) throw corruptCompression('lz4', 'a literal does not fit')
    output.literal(bytes, position, count)
    position += count
    if (position === end) return
    if (position + 2 > end) throw corruptCompression('lz4', 'a match is cut off')
    const distance = bytes[position] | (bytes[position + 1] << 8)
    position += 2
    count = token & 15
    if (count === 15) {
      for (let byte = 255; byte === 255; count += byte) {
        if (position >= end) throw corruptCompression('lz4', 'a match length is cut off')
        byte = bytes[position++]
      }
    }
    output.repeat(distance, count + 4, floor)
  }
}

function readWord(bytes: Uint8Array, position: number): number {
  if (position + 4 > bytes.length) throw corruptCompression('lz4', 'the frame is cut off')
  return (
    (bytes[position] |
      (bytes[position + 1] << 8) |
      (bytes[position + 2] << 16) |
      (bytes[position + 3] << 24)) >>>
    0
  )
}
