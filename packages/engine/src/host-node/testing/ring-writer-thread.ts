/** The writing thread of the ring's fuzz test: sends random elements made from a seed, as fast as it may. */
import { parentPort, workerData } from 'node:worker_threads'
import { seededRandom } from '@millrace/base'
import { DoorbellWaiter, ringDoorbell } from '../doorbell.ts'
import { RingOutputChannel } from '../ring-channel.ts'
import { randomElement } from './random-elements.ts'

const { buffer, bells, seed, count } = workerData as {
  buffer: SharedArrayBuffer
  bells: SharedArrayBuffer
  seed: number
  count: number
}
const word = new Int32Array(bells)
const random = seededRandom(seed)
const channel = new RingOutputChannel(buffer, () => ringDoorbell({ word, index: 0 }))
let sent = 0
const bell = new DoorbellWaiter({ word, index: 1 }, () => send())

function send(): void {
  for (;;) {
    const seen = bell.value()
    while (channel.hasRoom()) {
      if (sent === count) {
        parentPort?.close()
        return
      }
      channel.push(randomElement(random, sent++))
    }
    if (bell.wait(seen)) return
  }
}

// Keeps the thread alive while it waits for room.
parentPort?.on('message', () => undefined)
send()
