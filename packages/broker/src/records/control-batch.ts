/** Control batches: the markers that end a transaction (KIP-98). They take an offset and are never shown to clients. */
import type { RecordCursor } from './record-cursor.ts'

export type ControlKind = 'abort' | 'commit'

/** Key of a control record: version int16, type int16. Undefined for kinds that we do not know: they are passed over. */
export function controlKindOf(cursor: RecordCursor): ControlKind | undefined {
  if (cursor.keyStart < 0 || cursor.keyEnd - cursor.keyStart < 4) return undefined
  const kind = (cursor.bytes[cursor.keyStart + 2] << 8) | cursor.bytes[cursor.keyStart + 3]
  return kind === 0 ? 'abort' : kind === 1 ? 'commit' : undefined
}
