/** The draft as a file, and a file into the draft. */
import { printDocument } from '@millrace/schemas'
import { toast } from '../../../ui/index.ts'
import { paste, readClip } from '../editor/clipboard.ts'
import type { PipelineModel } from '../model.ts'

/** Stable key order, fit for version control. Also while the server is away: the draft is here. */
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

/** Asks for a file and adds the nodes, edges and notes that it holds, as one step. */
export function importFile(model: PipelineModel): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = '.json,application/json'
  input.addEventListener('change', async () => {
    const file = input.files?.[0]
    if (!file) return
    const clip = readClip(await file.text())
    if (clip) model.editor.run(paste(clip, 'Import'))
    else
      toast.failed(
        `${file.name} was not imported`,
        new Error('It holds no pipeline. Choose a file that “Export the draft as JSON” wrote.'),
      )
  })
  input.click()
}
