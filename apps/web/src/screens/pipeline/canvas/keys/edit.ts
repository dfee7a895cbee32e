/** Undo, redo, delete, duplicate, rename, move, save. */
import type { AppCommand } from '../../../../shortcuts/registry.ts'
import { clipOf, paste } from '../../editor/clipboard.ts'
import { deleteSelection, gridPx, nudge } from '../../editor/commands.ts'
import type { PipelineModel } from '../../model.ts'

const hasSelection = (model: PipelineModel) => () => {
  const { view } = model.editor.store.getState()
  return view.nodes.length + view.edges.length + view.notes.length > 0
}

export function editCommands(model: PipelineModel): AppCommand[] {
  const { editor } = model
  const selected = hasSelection(model)
  const one = () => editor.store.getState().view.nodes.length === 1
  const group = 'Edit'
  return [
    {
      id: 'undo',
      label: 'Undo',
      group,
      keys: ['Mod+Z'],
      enabled: () => editor.store.getState().past.length > 0,
      run: () => editor.undo(),
    },
    {
      id: 'redo',
      label: 'Redo',
      group,
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      enabled: () => editor.store.getState().future.length > 0,
      run: () => editor.redo(),
    },
    {
      id: 'delete',
      label: 'Delete the selection',
      group,
      keys: ['Delete', 'Backspace'],
      enabled: selected,
      run: () => editor.run(deleteSelection),
    },
    {
      id: 'duplicate',
      label: 'Duplicate the selection',
      group,
      keys: ['Mod+D'],
      enabled: selected,
      run: () => {
        const { doc, view } = editor.store.getState()
        editor.run(paste(clipOf(doc, view), 'Duplicate'))
      },
    },
    {
      id: 'rename',
      label: 'Rename the node',
      group,
      keys: ['F2'],
      enabled: one,
      run: () => editor.look({ renaming: editor.store.getState().view.nodes[0] }),
    },
    {
      id: 'save',
      label: 'Save the draft now',
      group,
      keys: ['Mod+S'],
      whileTyping: true,
      run: () =>
        void model.autosave.flush().then((revision) => revision !== null && editor.say('Saved')),
    },
    ...(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const).map((key) => ({
      id: `nudge-${key}`,
      label: `Move the selection ${key.slice(5).toLowerCase()}`,
      group,
      hidden: true,
      keys: [`Alt+${key}`],
      enabled: selected,
      run: () => {
        const by = gridPx
        editor.run(
          nudge(
            key === 'ArrowLeft' ? -by : key === 'ArrowRight' ? by : 0,
            key === 'ArrowUp' ? -by : key === 'ArrowDown' ? by : 0,
          ),
        )
      },
    })),
  ]
}
