/** Keeps the preview up to date with the draft: fetches samples, hands drafts to the worker, ends one that hangs. */
import type { KnownTopic } from '@millrace/engine/plan'
import type { SampledRecord } from '@millrace/nodes/sample-source'
import type { PipelineDocument } from '@millrace/schemas'
import type { TopicSample } from '@millrace/server'
import type { PreviewRunner, PreviewStore } from './preview.ts'
import type { PreviewCall, PreviewReply } from './preview.worker.ts'
import type { PreviewRequest } from './run-preview.ts'
import { type SampleQuery, sampleQueryOf } from './sample-query.ts'

/** A draft that changes is run after this pause. */
const pauseMs = 60
/** Longest run of a draft, its worker's start included; then the worker is ended. */
const deadlineMs = 8_000

export interface PreviewRunnerOptions {
  store: PreviewStore
  topics(): ReadonlyMap<string, KnownTopic>
  fetchSample(query: SampleQuery): Promise<TopicSample>
}

/** Bundled by Vite as a file of its own, which the server sends with a policy that lets it evaluate generated loops. */
function newWorker(): Worker {
  return new Worker(new URL('./preview.worker.ts', import.meta.url), {
    type: 'module',
    name: 'preview',
  })
}

/** While a topic of the draft has no records yet, the sample is asked for again after this long. */
const emptyAgainMs = 2_000

export function startPreviewRunner(options: PreviewRunnerOptions): PreviewRunner {
  const { store } = options
  const samples = new SampleCache(options.fetchSample)
  let worker: Worker | null = null
  let pause: ReturnType<typeof setTimeout> | undefined
  let deadline: ReturnType<typeof setTimeout> | undefined
  let newest = 0
  /** The worker has one draft at a time; the newest one waits for it. */
  let inFlight: number | null = null
  let waiting: PreviewCall | null = null

  const endWorker = () => {
    clearTimeout(deadline)
    worker?.terminate()
    worker = null
    inFlight = null
  }
  const next = () => {
    const call = waiting
    waiting = null
    if (call) send(call)
  }
  const receive = ({ data }: MessageEvent<PreviewReply>) => {
    clearTimeout(deadline)
    inFlight = null
    if (data.id === newest) store.setState(data.state)
    next()
  }
  const giveUp = ({ request }: PreviewCall) => {
    endWorker()
    const code = request.document.nodes.find((node) => node.kind === 'process-function')
    store.setState({
      is: 'failed',
      message: `The preview did not finish within ${deadlineMs / 1000} s: an endless loop in a process function?`,
      failedNode: code?.id ?? null,
    })
    next()
  }
  const send = (call: PreviewCall) => {
    if (worker === null) {
      worker = newWorker()
      worker.onmessage = receive
    }
    inFlight = call.id
    store.setState({ is: 'running' })
    deadline = setTimeout(() => giveUp(call), deadlineMs)
    worker.postMessage(call)
  }
  const run = (id: number, request: PreviewRequest) => {
    waiting = { id, request }
    if (inFlight === null) next()
  }

  const runner: PreviewRunner = {
    update(document: PipelineDocument) {
      clearTimeout(pause)
      const id = ++newest
      pause = setTimeout(async () => {
        const topics = options.topics()
        const query = sampleQueryOf(document, topics)
        const sample = await samples.get(query)
        if (id !== newest) return
        const isEmpty = sample.topics.some(({ records }) => records.length === 0)
        if (isEmpty) pause = setTimeout(() => runner.update(document), emptyAgainMs)
        run(id, { document, topics: [...topics.values()], sample, now: Date.now() })
      }, pauseMs)
    },
    close() {
      newest = -1
      clearTimeout(pause)
      endWorker()
    },
  }
  return runner
}

type Sample = PreviewRequest['sample']

const noSample: Sample = { topics: [], schemas: [], words: null }

/** The last sample of each question: drafts that differ elsewhere use it again, also when the server is gone. */
class SampleCache {
  private readonly fetchSample: (query: SampleQuery) => Promise<TopicSample>
  private readonly samples = new Map<string, Sample>()
  private last: Sample = noSample

  constructor(fetchSample: (query: SampleQuery) => Promise<TopicSample>) {
    this.fetchSample = fetchSample
  }

  async get(query: SampleQuery | null): Promise<Sample> {
    if (query === null) return noSample
    const key = JSON.stringify(query)
    const known = this.samples.get(key)
    if (known) return known
    try {
      const sample = sampleOf(await this.fetchSample(query))
      const filled = sample.topics.some(({ records }) => records.length > 0)
      if (filled) this.samples.set(key, sample)
      this.last = sample
      return sample
    } catch {
      return this.last
    }
  }
}

function sampleOf(sample: TopicSample): Sample {
  return {
    topics: sample.topics.map(({ topic, records }) => ({ topic, records: records.map(recordOf) })),
    schemas: sample.schemas,
    words: sample.words,
  }
}

function recordOf(record: TopicSample['topics'][number]['records'][number]): SampledRecord {
  return { ...record, key: bytesOf(record.key), value: bytesOf(record.value) }
}

function bytesOf(base64: string | null): Uint8Array | null {
  return base64 === null
    ? null
    : Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
