/** The composition root: starts broker, registry, engine and studio in order, and ends them in the opposite one. */
import { fileURLToPath } from 'node:url'
import type { AppError } from '@millrace/base'
import { systemClock, systemScheduler } from '@millrace/base/platform'
import { type BrokerHandle, startBroker } from '@millrace/broker/host-node'
import { createJobHost } from '@millrace/engine/host-node'
import { createRegistry, type Registry } from '@millrace/schemas/registry'
import { createRegistryServer } from './http/registry-server.ts'
import { createStudioServer } from './http/studio-server.ts'
import { JobControl } from './jobs/job-control.ts'
import { KafkaAccess } from './kafka/kafka-access.ts'
import { listenWithFallback } from './listen.ts'
import type { StartOptions } from './options.ts'
import { createCompiler } from './pipelines/engine-compiler.ts'
import { Pipelines } from './pipelines/pipeline-service.ts'
import { PipelineStore } from './pipelines/pipeline-store.ts'
import { Runs } from './runs/run-service.ts'
import { RunStore } from './runs/run-store.ts'
import { openRegistryStore } from './schemas/registry-store.ts'
import { createSchemaService } from './schemas/schema-service.ts'
import type { Services } from './services.ts'
import { type DataDirectory, openDataDirectory } from './store/data-directory.ts'
import { AuditLog } from './system/audit-log.ts'
import { type ReadyAddresses, removeReadyFile } from './system/ready-file.ts'
import { createSystemService } from './system/system-service.ts'
import { createTemplateService } from './templates/template-service.ts'
import { newestRecords } from './topics/infer-topic.ts'
import { Topics } from './topics/topic-service.ts'

export interface RunningServer {
  readonly addresses: ReadyAddresses
  /** What the user should know: ports that gave way. */
  readonly notes: readonly string[]
  readonly services: Services
  /** The broker ended by itself: nothing works any more. */
  onFailure(listener: (error: AppError) => void): void
  /** Last checkpoints, then everything is closed. */
  close(): Promise<void>
}

export type ServerLog = (message: string, cause?: unknown) => void

/** Closes what was opened, newest first, also when a later step fails. */
class Closers {
  private readonly closers: (() => Promise<void> | void)[] = []

  add(close: () => Promise<void> | void): void {
    this.closers.push(close)
  }

  async close(log: ServerLog): Promise<void> {
    for (let close = this.closers.pop(); close; close = this.closers.pop()) {
      try {
        await close()
      } catch (error) {
        log('Closing a part of the server failed.', error)
      }
    }
  }
}

export async function startServer(options: StartOptions, log: ServerLog): Promise<RunningServer> {
  const closers = new Closers()
  try {
    return await start(options, { log, closers })
  } catch (error) {
    await closers.close(log)
    throw error
  }
}

async function start(
  options: StartOptions,
  { log, closers }: { log: ServerLog; closers: Closers },
): Promise<RunningServer> {
  const notes: string[] = []
  const addresses: ReadyAddresses = { studio: '', kafka: '', registry: '' }
  const data = await openDataDirectory(options.dataDirectory)
  closers.add(() => data.release())
  if (options.readyFile !== null) removeReadyFile(options.readyFile)
  const broker = await openBroker(options, { directory: data.broker, log, notes })
  closers.add(() => broker.close())
  addresses.kafka = addressOf(broker.host, broker.port)
  const stores = await openStores(broker, { log, closers })
  const registryServer = await createRegistryServer({
    handle: (request) => stores.registry.handle(request),
    allowedHosts: options.allowedHosts,
    log,
  })
  closers.add(() => registryServer.close())
  addresses.registry = await listenHttp(registryServer, options, {
    choice: options.registryPort,
    what: 'the registry',
    notes,
  })
  const jobs = openJobs({ data, broker, stores, addresses, log })
  closers.add(() => jobs.close())
  const services = createServices({ options, data, stores, jobs, addresses, notes })
  closers.add(() => services.runs.close())
  const studio = await createStudioServer({
    services,
    allowedHosts: options.allowedHosts,
    webDirectory: webDirectory(),
    log,
  })
  closers.add(() => studio.close())
  addresses.studio = await listenHttp(studio, options, {
    choice: options.studioPort,
    what: 'the studio',
    notes,
  })
  // Answers come while pipelines resume; the list shows them starting.
  services.pipelines.resumeAll().catch((error) => log('Resuming pipelines failed.', error))
  return {
    addresses,
    notes,
    services,
    onFailure: (listener) => void broker.onFailure(listener),
    close: () => closers.close(log),
  }
}

interface Stores {
  kafka: KafkaAccess
  pipelines: PipelineStore
  runs: RunStore
  audit: AuditLog
  registry: Registry
}

/** Replays what the server keeps in topics. */
async function openStores(
  broker: BrokerHandle,
  { log, closers }: { log: ServerLog; closers: Closers },
): Promise<Stores> {
  const kafka = await KafkaAccess.connect({ host: broker.host, port: broker.port })
  closers.add(() => kafka.close())
  const unwritten = (cause: unknown) => log('A record of the history could not be written.', cause)
  const [pipelines, runs, audit, registryStore] = await Promise.all([
    PipelineStore.open(kafka, log),
    RunStore.open(kafka, unwritten, log),
    AuditLog.open(kafka, unwritten, log),
    openRegistryStore(kafka),
  ])
  closers.add(async () => {
    await Promise.all([pipelines.close(), runs.close(), audit.close()])
  })
  const registry = createRegistry(registryStore)
  await registry.load()
  return { kafka, pipelines, runs, audit, registry }
}

function openJobs(parts: {
  data: DataDirectory
  broker: BrokerHandle
  stores: Stores
  addresses: ReadyAddresses
  log: ServerLog
}): JobControl {
  const { data, broker, stores, addresses, log } = parts
  const host = createJobHost({
    dataDir: data.path,
    clock: systemClock,
    scheduler: systemScheduler,
    broker: { host: broker.host, port: broker.port },
    registry: addresses.registry,
    leasePort: () => broker.leasePort(),
    workerEntry: new URL('./engine-worker.ts', import.meta.url),
    log: (message) => log(message),
  })
  return new JobControl({ host, runs: stores.runs, log })
}

interface RealServices extends Services {
  pipelines: Pipelines
  runs: Runs
}

function createServices(parts: {
  options: StartOptions
  data: DataDirectory
  stores: Stores
  jobs: JobControl
  addresses: ReadyAddresses
  notes: readonly string[]
}): RealServices {
  const { options, data, stores, jobs, addresses, notes } = parts
  const { kafka, registry, audit: trail } = stores
  const audit = trail.add
  const known = () => pipelines.known()
  const topics = new Topics({ kafka, registry, directory: data.broker, pipelines: known, audit })
  const pipelines: Pipelines = new Pipelines({
    store: stores.pipelines,
    jobs,
    runs: stores.runs,
    compiler: createCompiler(),
    topics: () => topics.known(),
    audit,
  })
  return {
    pipelines,
    runs: new Runs({ jobs, store: stores.pipelines, runs: stores.runs }),
    topics,
    schemas: createSchemaService({
      registry,
      pipelines: known,
      topicNames: async () => (await topics.known()).map(({ name }) => name),
      newestRecords: (topic) => newestRecords(kafka, topic),
      audit,
    }),
    templates: createTemplateService({ enabled: options.templates, pipelines, topics, audit }),
    system: createSystemService({
      data,
      store: stores.pipelines,
      audit: trail,
      templates: options.templates,
      addresses,
      notes,
    }),
  }
}

async function openBroker(
  options: StartOptions,
  { directory, log, notes }: { directory: string; log: ServerLog; notes: string[] },
): Promise<BrokerHandle> {
  const { result, note } = await listenWithFallback(options.kafkaPort, 'Kafka', (port) =>
    startBroker({
      dataDir: directory,
      host: options.host,
      port,
      log: (message) => log(message),
    }),
  )
  addNote(notes, note(result.port))
  return result
}

async function listenHttp(
  server: { listen(port: number, host: string): Promise<number> },
  options: StartOptions,
  { choice, what, notes }: { choice: StartOptions['studioPort']; what: string; notes: string[] },
): Promise<string> {
  const { result, note } = await listenWithFallback(choice, what, (port) =>
    server.listen(port, options.host),
  )
  addNote(notes, note(result))
  return `http://${addressOf(options.host, result)}`
}

function addNote(notes: string[], note: string | null): void {
  if (note !== null) notes.push(note)
}

function addressOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The built web app; `src` and `dist`, where this file may be, are at the same depth. */
function webDirectory(): string {
  return fileURLToPath(new URL('../../web/dist', import.meta.url))
}
