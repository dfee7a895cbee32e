/** Cuts a stream of chunks into frames: int32 size, then that many bytes. Memory grows only with bytes that came. */
import { emptyBytes } from '@millrace/base'
import { ProtocolError } from './protocol-error.ts'

/** `socket.request.max.bytes`, Kafka's default. */
export const frameBytesMax = 104_857_600
/** A correlation id is the least that any message has. */
const frameBytesMin = 4
const prefixSize = 4
/** What a frame that does not lie in one chunk gets at first; it grows fourfold as bytes arrive. */
const firstBufferBytes = 1088 * 1024

/** Frames share memory with the chunk they came in when one chunk holds the whole frame. */
export class FrameAssembler {
  private readonly onFrame: (frame: Uint8Array) => void
  private buffer: Uint8Array = emptyBytes
  private have = 0
  /** Size of the frame at hand with its prefix; 0 while the prefix is not whole. */
  private need = 0

  constructor(onFrame: (frame: Uint8Array) => void) {
    this.onFrame = onFrame
  }

  /** Throws `ProtocolError` for a size below the least message or beyond `frameBytesMax`. */
  push(chunk: Uint8Array): void {
    let rest = this.have > 0 ? this.goOn(chunk) : chunk
    while (rest.length > 0) {
      const need = rest.length < prefixSize ? 0 : prefixSize + frameSize(rest)
      if (need === 0 || rest.length < need) {
        this.need = need
        this.keep(rest)
        return
      }
      const frame = rest.subarray(prefixSize, need)
      rest = rest.subarray(need)
      this.onFrame(frame)
    }
  }

  /** Adds to the frame that began in an earlier chunk; answers what is left of `chunk`. */
  private goOn(chunk: Uint8Array): Uint8Array {
    let rest = chunk
    if (this.need === 0) {
      const taken = Math.min(prefixSize - this.have, rest.length)
      this.keep(rest.subarray(0, taken))
      rest = rest.subarray(taken)
      if (this.have < prefixSize) return rest
      this.need = prefixSize + frameSize(this.buffer)
    }
    const taken = Math.min(this.need - this.have, rest.length)
    this.keep(rest.subarray(0, taken))
    if (this.have < this.need) return emptyBytes
    const frame = this.buffer.subarray(prefixSize, this.need)
    this.buffer = emptyBytes
    this.have = 0
    this.need = 0
    this.onFrame(frame)
    return rest.subarray(taken)
  }

  private keep(bytes: Uint8Array): void {
    const size = this.have + bytes.length
    if (size > this.buffer.length) {
      const wanted = Math.max(size, firstBufferBytes, 4 * this.buffer.length)
      const grown = new Uint8Array(Math.max(size, Math.min(wanted, this.need || prefixSize)))
      grown.set(this.buffer.subarray(0, this.have))
      this.buffer = grown
    }
    this.buffer.set(bytes, this.have)
    this.have = size
  }
}

function frameSize(bytes: Uint8Array): number {
  const size = (bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]
  if (size < frameBytesMin || size > frameBytesMax) {
    throw new ProtocolError(
      `A frame of ${size} bytes; ${frameBytesMin} to ${frameBytesMax} are taken`,
    )
  }
  return size
}
