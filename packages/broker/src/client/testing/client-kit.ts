/** For tests: our client and a whole broker in one thread, on virtual time, with connections that can break. */
import type { Connection, Transport, VirtualTime } from '@millrace/base'
import { inProcessTransport } from '../../apis/index.ts'
import { brokerKit } from '../../apis/testing/broker-kit.ts'
import { testCodecs } from '../../log/testing/log-kit.ts'
import { crc32cPortable } from '../../records/index.ts'
import { KafkaClient, type KafkaClientOptions } from '../index.ts'

/** What becomes of one message: it arrives, or the connection ends before or after it arrived. */
export type Fate = 'arrives' | 'lost' | 'arrives-then-lost'

export interface Faults {
  /** Decides for each request and each answer. */
  decide(direction: 'request' | 'answer'): Fate
}

export async function clientKit(
  options: {
    faults?: Faults
    client?: Partial<KafkaClientOptions>
    /** Sees, and may wrap, each connection that is made. */
    watch?(connection: Connection): Connection
  } = {},
) {
  const kit = await brokerKit()
  const direct = inProcessTransport(kit.services)
  const { watch = (connection) => connection } = options
  const whole: Transport = {
    connect: async (host, port) => watch(await direct.connect(host, port)),
  }
  const client = new KafkaClient({
    transport: options.faults ? breaking(whole, options.faults) : whole,
    clock: kit.time,
    scheduler: kit.time,
    crc32c: crc32cPortable,
    codecs: testCodecs,
    bootstrap: [{ host: 'broker', port: 9092 }],
    ...options.client,
  })
  /** Lets time pass until `promise` is settled. */
  const run = <T>(promise: Promise<T>) => drive(kit.time, promise)
  return { ...kit, client, run }
}

async function drive<T>(time: VirtualTime, promise: Promise<T>): Promise<T> {
  let settled = false
  promise.then(
    () => (settled = true),
    () => (settled = true),
  )
  for (let turn = 0; !settled && turn < 10_000; turn++) {
    for (let microtask = 0; microtask < 30 && !settled; microtask++) await Promise.resolve()
    const due = time.nextDue()
    if (!settled && due !== undefined) time.advanceTo(due)
  }
  if (!settled) throw new Error('The promise is not settled although all timers ran')
  return promise
}

function breaking(transport: Transport, faults: Faults): Transport {
  return {
    connect: async (host, port) => {
      const inner = await transport.connect(host, port)
      let broken = false
      // As with TCP, nothing arrives behind what was lost.
      const pass = (fate: Fate, deliver: () => void) => {
        if (broken) return
        if (fate !== 'lost') deliver()
        if (fate === 'arrives') return
        broken = true
        // In-process bytes travel by microtask; end the connection behind them.
        void Promise.resolve()
          .then(() => {})
          .then(() => inner.close())
      }
      const connection: Connection = {
        send: (bytes) => pass(faults.decide('request'), () => inner.send(bytes)),
        onData: (listener) =>
          inner.onData((bytes) => pass(faults.decide('answer'), () => listener(bytes))),
        onClose: (listener) => inner.onClose(listener),
        close: () => inner.close(),
      }
      return connection
    },
  }
}
