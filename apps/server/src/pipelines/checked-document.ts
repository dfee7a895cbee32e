/** Documents as they come from outside: checked, or refused with node and field. */
import { AppError } from '@millrace/base'
import type { Problem } from '@millrace/engine/plan'
import { type DocumentRefusal, type PipelineDocument, parseDocument } from '@millrace/schemas'

/** Throws `document-refused`. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('This file is no JSON, so it is no pipeline document.', {
      code: 'document-refused',
      origin: 'user',
      cause,
    })
  }
}

/** Throws `document-refused`, naming node and field of every refusal. */
export function checkedDocument(input: unknown): PipelineDocument {
  const parsed = parseDocument(input)
  if (parsed.ok) return parsed.document
  const [{ node, field, message }] = parsed.refusals
  const where = [node === undefined ? '' : `node ${node}`, field].filter(Boolean).join(', ')
  throw new AppError(`The document was refused${where ? ` at ${where}` : ''}: ${message}.`, {
    code: 'document-refused',
    origin: 'user',
    details: { node, field, refusals: parsed.refusals },
  })
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
