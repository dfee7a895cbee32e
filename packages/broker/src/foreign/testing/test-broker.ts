/** A real broker in its worker thread, on a free port with a directory of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrokerHandle, type BrokerOptions, startBroker } from '../../host-node/index.ts'

export interface TestBroker {
  readonly broker: BrokerHandle
  /** `127.0.0.1:port` */
  readonly address: string
  readonly dataDir: string
  /** What the broker told its operator. */
  readonly log: string[]
  /** Closes the broker and starts it again on the same port and directory. */
  restart(): Promise<void>
  close(): Promise<void>
}

export async function startTestBroker(options: Partial<BrokerOptions> = {}): Promise<TestBroker> {
  const dataDir = mkdtempSync(join(tmpdir(), 'millrace-broker-'))
  const log: string[] = []
  const start = (port: number) =>
    startBroker({ dataDir, port, log: (message) => log.push(message), ...options })
  let broker = await start(0)
  return {
    get broker() {
      return broker
    },
    get address() {
      return `127.0.0.1:${broker.port}`
    },
    dataDir,
    log,
    restart: async () => {
      const { port } = broker
      await broker.close()
      broker = await start(port)
    },
    close: async () => {
      await broker.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
