/** Fills a topic for people: from pasted or dropped text, or from a generator. */
import { encodeUtf8 } from '@millrace/base'
import type { ImportResult } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { fillRecipes, fillRecords } from './fill-recipes.ts'
import { importLines } from './import-lines.ts'
import { unknownRecipe, writeRefused } from './topic-errors.ts'
import { sendAll } from './topic-records.ts'

export interface ImportRequest {
  name: string
  text: string
  format: 'ndjson' | 'csv'
  keyField: string | null
}

export async function importInto(
  kafka: KafkaAccess,
  { name, text, format, keyField }: ImportRequest,
): Promise<ImportResult> {
  const { records, errors, errorCount } = importLines(text, format, keyField)
  const bytes = records.map(({ key, value }) => ({
    key: key === null ? null : encodeUtf8(key),
    value: encodeUtf8(value),
  }))
  await sendAll(kafka, name, bytes).catch((error: unknown) => {
    throw writeRefused(name, error)
  })
  return { imported: records.length, errors, errorCount }
}

/** Returns how many were written. */
export async function fillFrom(
  kafka: KafkaAccess,
  { name, recipe, count }: { name: string; recipe: string; count: number },
): Promise<number> {
  if (!fillRecipes.some(({ id }) => id === recipe)) throw unknownRecipe(recipe)
  const now = Date.now()
  const records = [...fillRecords(recipe, count, { now, seed: now })].map(
    ({ key, value, timestamp }) => ({ key: encodeUtf8(key), value: encodeUtf8(value), timestamp }),
  )
  await sendAll(kafka, name, records)
  return records.length
}
