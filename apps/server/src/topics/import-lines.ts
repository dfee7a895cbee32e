/** Pasted or dropped text to records, with an error for each line that is none; pure. */
import { messageOf } from '@millrace/base'
import { type JsonTree, parseJsonTree, printJsonTree } from '@millrace/schemas/formats'
import { type CsvRecord, readCsv } from './csv.ts'

/** Errors that are named; the rest is counted. */
export const importErrorsMax = 100

export interface ImportedRecord {
  key: string | null
  value: string
}

export interface ImportedLines {
  records: ImportedRecord[]
  errors: { line: number; message: string }[]
  errorCount: number
}

/** `keyField`: the field whose value becomes the record's key; null: no keys. */
export function importLines(
  text: string,
  format: 'ndjson' | 'csv',
  keyField: string | null,
): ImportedLines {
  const result: ImportedLines = { records: [], errors: [], errorCount: 0 }
  if (format === 'csv') importCsv(text, keyField, result)
  else importNdjson(text, keyField, result)
  return result
}

function importNdjson(text: string, keyField: string | null, result: ImportedLines): void {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const whole = wholeArray(plain)
  if (whole) {
    for (const [index, element] of whole.entries())
      addObject(printJsonTree(element), index + 1, keyField, result)
    return
  }
  let line = 0
  for (const content of plain.split('\n')) {
    line++
    if (content.trim() === '') continue
    try {
      addObject(content.trim(), line, keyField, result)
    } catch (thrown) {
      refuse(result, line, `This line is no JSON: ${messageOf(thrown)}`)
    }
  }
}

/** People also paste a JSON array; its elements are the records then. */
function wholeArray(text: string): JsonTree[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined
  const parsed = parseJsonTree(text)
  return parsed.ok && Array.isArray(parsed.tree) ? parsed.tree : undefined
}

/** The text is written as it stands: parsed and printed again, numbers would lose digits. */
function addObject(
  text: string,
  line: number,
  keyField: string | null,
  result: ImportedLines,
): void {
  const value: unknown = JSON.parse(text)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    refuse(result, line, 'This line is JSON, but no object: a record needs named fields.')
    return
  }
  const key = keyOf(value as Record<string, unknown>, keyField)
  const exact = key !== null && keyField !== null && hasLostDigits(value, keyField)
  result.records.push({ key: exact ? writtenKey(text, keyField) : key, value: text })
}

function hasLostDigits(value: object, field: string): boolean {
  const key = (value as Record<string, unknown>)[field]
  return typeof key === 'number' && !Number.isSafeInteger(key)
}

function writtenKey(text: string, field: string): string | null {
  const parsed = parseJsonTree(text)
  const key = parsed.ok && parsed.tree instanceof Map ? parsed.tree.get(field) : undefined
  return key === undefined ? null : printJsonTree(key)
}

function keyOf(value: Record<string, unknown>, keyField: string | null): string | null {
  if (keyField === null || !Object.hasOwn(value, keyField)) return null
  const key = value[keyField]
  if (key === null) return null
  return typeof key === 'object' ? JSON.stringify(key) : String(key)
}

function importCsv(text: string, keyField: string | null, result: ImportedLines): void {
  const records = readCsv(text)
  const head = records.next()
  if (head.done) return
  const names = head.value.fields.map((name) => name.trim())
  const problem = headProblem(names)
  if (problem) {
    refuse(result, 1, problem)
    return
  }
  for (const record of records) addCsvRecord(record, names, keyField, result)
}

function headProblem(names: readonly string[]): string | undefined {
  if (names.some((name) => name === '')) {
    return 'The first line must name every column; one name is empty.'
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  return twice === undefined ? undefined : `The first line names ${twice} twice.`
}

function addCsvRecord(
  record: CsvRecord,
  names: readonly string[],
  keyField: string | null,
  result: ImportedLines,
): void {
  if (record.broken) {
    refuse(result, record.line, 'A quoted field that starts here has no end.')
    return
  }
  if (record.fields.length !== names.length) {
    refuse(
      result,
      record.line,
      `This line has ${record.fields.length} fields, the first line names ${names.length}.`,
    )
    return
  }
  const value: Record<string, unknown> = Object.fromEntries(
    names.map((name, index) => [name, csvValue(record.fields[index])]),
  )
  result.records.push({ key: keyOf(value, keyField), value: JSON.stringify(value) })
}

/** Numbers that JSON prints back unchanged, booleans, and NULL for an empty field; everything else is text. */
function csvValue(text: string): unknown {
  if (text === '') return null
  if (text === 'true') return true
  if (text === 'false') return false
  const number = Number(text)
  if (Number.isFinite(number) && String(number) === text && Math.abs(number) <= 2 ** 53) {
    return number
  }
  return text
}

function refuse(result: ImportedLines, line: number, message: string): void {
  result.errorCount++
  if (result.errors.length < importErrorsMax) result.errors.push({ line, message })
}
