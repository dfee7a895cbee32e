/** Pipelines, versions and what should run: the model, and the topic behind it. */
import { AppError } from '@millrace/base'
import type { PipelineDocument } from '@millrace/schemas'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { type Journal, openJournal } from '../store/journal.ts'
import { pipelinesTopic } from '../store/topic-names.ts'
import {
  apply,
  emptyModel,
  type PipelineEntry,
  type PipelineModel,
  type PipelineRecord,
} from './model.ts'

export class PipelineStore {
  readonly model: PipelineModel
  private readonly journal: Journal<PipelineRecord>

  private constructor(model: PipelineModel, journal: Journal<PipelineRecord>) {
    this.model = model
    this.journal = journal
  }

  static async open(
    kafka: KafkaAccess,
    strange: (message: string) => void,
  ): Promise<PipelineStore> {
    const model = emptyModel()
    const journal = await openJournal<PipelineRecord>({
      kafka,
      topic: pipelinesTopic,
      durability: 'fsync',
      byKey: true,
      strange,
      replay: (record) => {
        if (!record) return
        assertRecord(record)
        apply(model, record)
      },
    })
    return new PipelineStore(model, journal)
  }

  /** Durable first, then in the model: what was read is never lost. Whoever decides on the model takes turns. */
  async write(record: PipelineRecord): Promise<void> {
    await this.journal.append(keyOf(record), record)
    apply(this.model, record)
  }

  entries(): PipelineEntry[] {
    return [...this.model.pipelines.values()]
  }

  find(id: string): PipelineEntry | undefined {
    return this.model.pipelines.get(id)
  }

  /** Throws `pipeline-not-found`. */
  get(id: string): PipelineEntry {
    const entry = this.model.pipelines.get(id)
    if (entry) return entry
    throw new AppError(`There is no pipeline ${id}.`, {
      code: 'pipeline-not-found',
      origin: 'user',
      details: { pipeline: id },
    })
  }

  close(): Promise<void> {
    return this.journal.close()
  }
}

/** Whoever speaks Kafka may have written it; what has a document must have one that can be shown. */
function assertRecord(record: PipelineRecord): void {
  const kinds: readonly unknown[] = ['draft', 'version', 'wanted', 'deleted', 'settings']
  if (!kinds.includes(record.is)) throw new Error('it is of no known kind')
  if (record.is !== 'draft' && record.is !== 'version') return
  const document: Partial<PipelineDocument> | undefined = record.document
  if (!Array.isArray(document?.nodes) || !Array.isArray(document.edges))
    throw new Error('it has no document')
}

/** The newest record of a key makes the older ones superfluous. */
function keyOf(record: PipelineRecord): string {
  switch (record.is) {
    case 'settings':
      return record.is
    case 'version':
      return `${record.id} version ${record.version}`
    case 'draft':
    case 'wanted':
    case 'deleted':
      return `${record.id} ${record.is}`
  }
}
