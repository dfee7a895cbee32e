/** CSV as RFC 4180 has it: quoted fields may hold commas, quotes and line ends; pure. */

export interface CsvRecord {
  /** Of its first line, from 1. */
  line: number
  fields: string[]
  /** A quote that never ends. */
  broken: boolean
}

/** Splits `text` into records; empty lines are left out. */
export function* readCsv(text: string): Generator<CsvRecord> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let line = 1
  while (at < text.length) {
    const record: CsvRecord = { line, fields: [], broken: false }
    for (;;) {
      const field = readField(text, at)
      record.fields.push(field.value)
      record.broken ||= field.broken
      line += field.lines
      at = field.end
      if (text[at] !== ',') break
      at++
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    line++
    if (record.fields.length > 1 || record.fields[0] !== '') yield record
  }
}

interface ReadField {
  value: string
  end: number
  lines: number
  broken: boolean
}

function readField(text: string, from: number): ReadField {
  if (text[from] === '"') return readQuoted(text, from + 1)
  let end = from
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end++
  return { value: text.slice(from, end), end, lines: 0, broken: false }
}

function readQuoted(text: string, from: number): ReadField {
  let value = ''
  let lines = 0
  for (let at = from; ; ) {
    const quote = text.indexOf('"', at)
    if (quote < 0) {
      return { value: value + text.slice(at), end: text.length, lines, broken: true }
    }
    const piece = text.slice(at, quote)
    value += piece
    lines += piece.split('\n').length - 1
    if (text[quote + 1] !== '"') return { value, end: quote + 1, lines, broken: false }
    value += '"'
    at = quote + 2
  }
}
