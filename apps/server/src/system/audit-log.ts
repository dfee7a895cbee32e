/** The audit trail: who did what, when, in a topic of its own; the newest entries in memory. */
import type { AuditEntry } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { type Journal, openJournal } from '../store/journal.ts'
import { auditTopic } from '../store/topic-names.ts'

export const auditKept = 1000

export class AuditLog {
  private readonly entries: AuditEntry[]
  private readonly journal: Journal<AuditEntry>
  private readonly failed: (cause: unknown) => void

  private constructor(
    journal: Journal<AuditEntry>,
    entries: AuditEntry[],
    failed: (cause: unknown) => void,
  ) {
    this.journal = journal
    this.entries = entries
    this.failed = failed
  }

  static async open(
    kafka: KafkaAccess,
    failed: (cause: unknown) => void,
    strange: (message: string) => void,
  ): Promise<AuditLog> {
    const entries: AuditEntry[] = []
    const journal = await openJournal<AuditEntry>({
      kafka,
      topic: auditTopic,
      durability: 'os',
      newest: auditKept,
      strange,
      replay: (entry) => {
        if (!entry) return
        if (typeof entry.words !== 'string') throw new Error('it says nothing')
        entries.push(entry)
      },
    })
    return new AuditLog(journal, entries, failed)
  }

  /** Nobody waits for the trail; a failed write is reported to the operator. */
  readonly add = (action: string, subject: string, words: string): void => {
    const entry: AuditEntry = { at: Date.now(), action, subject, words }
    this.entries.push(entry)
    if (this.entries.length > auditKept) this.entries.shift()
    this.journal.append(subject, entry).catch(this.failed)
  }

  /** Newest first. */
  newest(limit: number): AuditEntry[] {
    return this.entries.slice(-limit).reverse()
  }

  close(): Promise<void> {
    return this.journal.close()
  }
}
