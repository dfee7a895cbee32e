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
  /** The first thing that the broker told its operator, or tells later, that contains `text`. */
  logged(text: string): Promise<string>
  /** Closes the broker and starts it again on the same port and directory. */
  restart(): Promise<void>
  close(): Promise<void>
}

export async function startTestBroker(options: Partial<BrokerOptions> = {}): Promise<TestBroker> {
  const dataDir = mkdtempSync(join(tmpdir(), 'millrace-broker-'))
  const said: string[] = []
  let onLog = () => {}
  const log = (message: string) => {
    said.push(message)
    onLog()
  }
  const start = (port: number) => startBroker({ dataDir, port, log, ...options })
  let broker = await start(0)
  return {
    get broker() {
      return broker
    },
    get address() {
      return `127.0.0.1:${broker.port}`
    },
    dataDir,
    logged: (text) =>
      new Promise((resolve) => {
        onLog = () => {
          const found = said.find((message) => message.includes(text))
          if (found) resolve(found)
        }
        onLog()
      }),
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
