/** How much a zstd stream can become at most, read from its frame and block headers alone. After RFC 8878, section 3. */
import { corruptCompression } from './codec.ts'

const magic = 0xfd2fb528
const skippableMagic = 0x184d2a50
const blockBytesMax = 128 * 1024

export interface ZstdSize {
  /** No decoder makes more than this of it. */
  bound: number
  /** What the frames that announce their size announce. */
  announced: number
}

/** Throws `AppError` `corrupt-compression` when the frames do not add up. */
export function zstdSize(bytes: Uint8Array): ZstdSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let bound = 0
  let announced = 0
  let position = 0
  try {
    while (position < bytes.length) {
      const word = view.getUint32(position, true)
      if ((word & 0xfffffff0) >>> 0 === skippableMagic) {
        position += 8 + view.getUint32(position + 4, true)
        continue
      }
      if (word !== magic) throw corruptCompression('zstd', 'the frame magic is wrong')
      const frame = frameBound(view, position + 4)
      bound += frame.bound
      announced += frame.announced
      position = frame.end
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw corruptCompression('zstd', 'it is cut off', cause)
    throw cause
  }
  if (position !== bytes.length) throw corruptCompression('zstd', 'it is cut off')
  return { bound, announced }
}

function frameBound(view: DataView, start: number): ZstdSize & { end: number } {
  const descriptor = view.getUint8(start)
  const singleSegment = (descriptor & 32) !== 0
  const dictionarySize = [0, 1, 2, 4][descriptor & 3]
  const sizeFlag = descriptor >>> 6
  const contentSizeSize = sizeFlag === 0 ? (singleSegment ? 1 : 0) : 1 << sizeFlag
  let position = start + 1 + (singleSegment ? 0 : 1) + dictionarySize
  const content = contentSize(view, position, contentSizeSize)
  position += contentSizeSize
  let bound = 0
  for (let last = false; !last; ) {
    const low = view.getUint16(position, true)
    const header = low | (view.getUint8(position + 2) << 16)
    last = (header & 1) === 1
    const kind = (header >>> 1) & 3
    const size = header >>> 3
    position += 3 + (kind === 1 ? 1 : size)
    bound += kind === 2 ? blockBytesMax : Math.min(size, blockBytesMax)
  }
  position += descriptor & 4 ? 4 : 0
  // A frame that announces more than its blocks can hold would make the decoder allocate for nothing.
  if (content !== undefined && content > bound) {
    throw corruptCompression('zstd', `it announces ${content} bytes, its blocks hold ${bound}`)
  }
  return { bound: content ?? bound, announced: content ?? 0, end: position }
}

function contentSize(view: DataView, position: number, size: number): number | undefined {
  if (size === 1) return view.getUint8(position)
  if (size === 2) return view.getUint16(position, true) + 256
  if (size === 4) return view.getUint32(position, true)
  if (size === 8) {
    return view.getUint32(position, true) + view.getUint32(position + 4, true) * 0x100000000
  }
  return undefined
}
