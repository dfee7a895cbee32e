/** Documents as they come from outside: checked, or refused with node and field. */
import { AppError } from '@millrace/base'
import type { Problem } from '@millrace/engine/plan'
import { type DocumentRefusal, type PipelineDocument, parseDocument } from '@millrace/schemas'
import { parseJsonTree } from '@millrace/schemas/formats'
import { counted } from '../runs/words.ts'

/** Throws `document-refused`, naming line and column. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError(`This is not JSON, so it is no pipeline document: ${faultOf(text)}.`, {
      code: 'document-refused',
      origin: 'user',
      cause,
    })
  }
}

/** The first fault as a sentence about a line and a column, both from 1; bytes mean nothing in an editor. */
function faultOf(text: string): string {
  const parsed = parseJsonTree(text)
  const words = parsed.ok ? 'it cannot be read' : parsed.message.replace('not JSON: ', '')
  return words.replace(/0x\w\w (?='.')/, '').replace(/byte (\d+)/, (_, byte: string) => {
    const before = Buffer.from(text).subarray(0, Number(byte)).toString().split('\n')
    return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
  })
}

/** Throws `document-refused`, naming node and field of every refusal. */
export function checkedDocument(input: unknown): PipelineDocument {
  const parsed = parseDocument(input)
  if (parsed.ok) return parsed.document
  const [{ node, field, message }] = parsed.refusals
  const where = [node === undefined ? '' : `node ${node}`, field].filter(Boolean).join(', ')
  const more = parsed.refusals.length - 1
  const others = more > 0 ? ` (and ${counted(more, 'more place')})` : ''
  throw new AppError(
    `The document was refused${where ? ` at ${where}` : ''}: ${message}${others}.`,
    {
      code: 'document-refused',
      origin: 'user',
      details: { node, field, refusals: parsed.refusals },
    },
  )
}

export function wrongId(wanted: string, found: string): AppError {
  return new AppError(`The document has the id ${found}, but ${wanted} was to be saved.`, {
    code: 'document-refused',
    origin: 'user',
    details: { field: 'id' },
  })
}

/** What `parseDocument` refuses, as the problems of a draft. */
export function refusalProblems(refusals: readonly DocumentRefusal[]): Problem[] {
  return refusals.map(({ node, field, message }) => ({
    code: 'document-refused',
    severity: 'error',
    ...(node === undefined ? {} : { node }),
    ...(field === undefined ? {} : { field }),
    message,
    fixes: [],
  }))
}
