// One raw connection to one broker: any version of any request that the codec knows, or bytes as they are.
import { connect } from 'node:net'
import { FrameAssembler, frameRequest, hasResponseTags, Reader } from '../../src/protocol/index.ts'

const answerMs = 8000

/** What a request came to: the decoded answer, `'closed'`, or `'silence'`. */
export class Wire {
  #socket
  #waiting = []
  #closed = false
  #next = 100
  #frames = new FrameAssembler((frame) => this.#waiting.shift()?.(frame))

  static async open(address) {
    const [host, port] = address.split(':')
    const wire = new Wire()
    wire.host = host
    wire.port = Number(port)
    wire.#socket = connect({ host, port: wire.port })
    wire.#socket.on('data', (chunk) => wire.#frames.push(chunk))
    wire.#socket.on('error', () => {})
    wire.#socket.on('close', () => {
      wire.#closed = true
      for (const answer of wire.#waiting.splice(0)) answer('closed')
    })
    await new Promise((resolve, reject) => {
      wire.#socket.once('connect', resolve)
      wire.#socket.once('error', reject)
    })
    return wire
  }

  /** Bytes as they are, their size included; answers the next frame. */
  async raw(...parts) {
    if (this.#closed) return 'closed'
    const answer = new Promise((resolve) => {
      const timer = setTimeout(() => resolve('silence'), answerMs)
      this.#waiting.push((frame) => {
        clearTimeout(timer)
        resolve(frame)
      })
    })
    for (const part of parts) this.#socket.write(part)
    return answer
  }

  async ask(api, version, request, clientId = 'compare') {
    const correlationId = this.#next++
    const frame = await this.raw(
      ...frameRequest(api, { version, correlationId, clientId }, request),
    )
    if (typeof frame === 'string') return frame
    const reader = new Reader(frame)
    if (reader.int32() !== correlationId) return 'an answer to another request'
    if (hasResponseTags(api, version)) reader.skipTags()
    const answer = api.readResponse(reader, version)
    reader.expectEnd()
    return answer
  }

  /** A request that the protocol leaves without an answer. */
  tell(api, version, request) {
    const header = { version, correlationId: this.#next++, clientId: 'compare' }
    for (const part of frameRequest(api, header, request)) this.#socket.write(part)
  }

  close() {
    this.#socket.destroy()
  }
}
