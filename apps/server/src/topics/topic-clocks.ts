/** Which column of a topic says when its records happened: what a pipeline declares, else the likeliest of the last records. */

import type { TimeOfTopic } from './decode-message.ts'
import { type KnownPipeline, timeOfTopic } from './references.ts'
import type { TopicState } from './topic-stats.ts'

/** What the last records of a topic say. */
export interface FoundInTopic {
  /** The likeliest event time; null: no column looks like it. */
  time: TimeOfTopic | null
  /** null: they do not decode. */
  format: 'json' | 'avro' | null
}

interface KnownClock extends FoundInTopic {
  id: string
  /** Records kept when it was looked for. */
  records: number
}

export interface TopicClocksOptions {
  pipelines(): readonly KnownPipeline[]
  infer(topic: string): Promise<FoundInTopic>
}

export class TopicClocks {
  private readonly options: TopicClocksOptions
  private readonly known = new Map<string, KnownClock>()
  private readonly reading = new Map<string, Promise<void>>()

  constructor(options: TopicClocksOptions) {
    this.options = options
  }

  /** What is known now; what is not is looked for, for the next time. */
  now(state: TopicState): TimeOfTopic | null {
    if (this.isDue(state)) void this.look(state)
    return this.declared(state.name) ?? this.found(state)
  }

  async of(state: TopicState): Promise<TimeOfTopic | null> {
    if (this.isDue(state)) await this.look(state)
    return this.declared(state.name) ?? this.found(state)
  }

  private declared(topic: string): TimeOfTopic | null {
    return timeOfTopic(topic, this.options.pipelines())
  }

  formatOf({ name, id }: TopicState): FoundInTopic['format'] {
    const known = this.known.get(name)
    return known?.id === id ? known.format : null
  }

  private found(state: TopicState): TimeOfTopic | null {
    const known = this.known.get(state.name)
    return known?.id === state.id ? known.time : null
  }

  /** A topic without a known time is looked at again when it has twice the records. */
  private isDue(state: TopicState): boolean {
    const records = recordsIn(state)
    if (records === 0 || this.declared(state.name)) return false
    const known = this.known.get(state.name)
    if (known?.id !== state.id) return true
    return known.time === null && records >= 2 * known.records
  }

  private look(state: TopicState): Promise<void> {
    const { name, id } = state
    const before = this.reading.get(name)
    if (before) return before
    const look = this.options
      .infer(name)
      // Deleted meanwhile.
      .catch(() => ({ time: null, format: null }))
      .then((found) => {
        this.known.set(name, { id, records: recordsIn(state), ...found })
        this.reading.delete(name)
      })
    this.reading.set(name, look)
    return look
  }
}

function recordsIn({ partitions }: TopicState): number {
  return partitions.reduce((sum, { start, end }) => sum + end - start, 0)
}
