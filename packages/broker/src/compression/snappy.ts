/** Snappy decoding, raw and in xerial's frame (what Java clients write), bounded. After Snappy's format_description.txt. */
import { BoundedOutput } from './bounded-output.ts'
import { corruptCompression, decompressedTooLarge } from './codec.ts'

const xerialMagic = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]
const xerialHeaderSize = 16

export function decompressSnappy(bytes: Uint8Array, sizeMax: number): Uint8Array {
  const framed =
    bytes.length >= xerialHeaderSize && xerialMagic.every((byte, index) => bytes[index] === byte)
  if (!framed) {
    const output = new BoundedOutput('snappy', rawSize(bytes, 0, sizeMax), sizeMax)
    decodeBlock(bytes, 0, bytes.length, output)
    return output.finish()
  }
  const output = new BoundedOutput('snappy', bytes.length * 3, sizeMax)
  for (let position = xerialHeaderSize; position < bytes.length; ) {
    if (position + 4 > bytes.length) throw corruptCompression('snappy', 'a block length is cut off')
    const size = readUint32(bytes, position)
    position += 4
    if (position + size > bytes.length) throw corruptCompression('snappy', 'a block is cut off')
    decodeBlock(bytes, position, position + size, output)
    position += size
  }
  return output.finish()
}

/** The size that a raw block announces. */
function rawSize(bytes: Uint8Array, start: number, sizeMax: number): number {
  let size = 0
  for (let index = 0; index < 5; index++) {
    const byte = bytes[start + index]
    if (byte === undefined) break
    size += (byte & 127) * 2 ** (7 * index)
    if (byte < 128) {
      if (size > sizeMax) throw decompressedTooLarge('snappy', sizeMax)
      return size
    }
  }
  throw corruptCompression('snappy', 'its length is cut off')
}

function decodeBlock(bytes: Uint8Array, start: number, end: number, output: BoundedOutput): void {
  const size = rawSize(bytes.subarray(start, end), 0, Number.MAX_SAFE_INTEGER)
  output.reserve(size)
  const floor = output.size
  const expected = floor + size
  let position = start
  while (bytes[position++] >= 128);
  while (position < end) {
    const tag = bytes[position++]
    const kind = tag & 3
    if (kind === 0) {
      let count = (tag >>> 2) + 1
      if (count > 60) {
        const width = count - 60
        if (position + width > end) throw corruptCompression('snappy', 'a literal is cut off')
        count = readLittle(bytes, position, width) + 1
        position += width
      }
      if (position + count > end || output.size + count > expected) {
        throw corruptCompression('snappy', 'a literal does not fit')
      }
      output.literal(bytes, position, count)
      position += count
      continue
    }
    const width = kind === 3 ? 4 : kind
    if (position + width > end) throw corruptCompression('snappy', 'a copy is cut off')
    const count = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
    const distance =
      kind === 1 ? ((tag >>> 5) << 8) | bytes[position] : readLittle(bytes, position, width)
    position += width
    if (output.size + count > expected) throw corruptCompression('snappy', 'a copy does not fit')
    output.repeat(distance, count, floor)
  }
  if (output.size !== expected) throw corruptCompression('snappy', 'it ends early')
}

function readLittle(bytes: Uint8Array, position: number, width: number): number {
  let value = 0
  for (let index = width - 1; index >= 0; index--) value = value * 256 + bytes[position + index]
  return value
}

function readUint32(bytes: Uint8Array, position: number): number {
  return (
    bytes[position] * 0x1000000 +
    ((bytes[position + 1] << 16) | (bytes[position + 2] << 8) | bytes[position + 3])
  )
}
