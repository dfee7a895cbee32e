/** The draft as a file: stable key order, fit for version control. */
import { printDocument } from '@millrace/schemas'
import type { PipelineModel } from '../model.ts'

/** Also while the server is away: the draft is here. */
export function exportDraft(model: PipelineModel): void {
  const { doc } = model.editor.store.getState()
  const url = URL.createObjectURL(new Blob([printDocument(doc)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${doc.id}.millrace.json`
  link.click()
  URL.revokeObjectURL(url)
  model.editor.say(`${doc.name} exported`)
}
