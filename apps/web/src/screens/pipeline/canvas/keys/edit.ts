/** Undo, redo, delete, duplicate, rename, move, save. */
import type { AppCommand } from '../../../../shortcuts/registry.ts'
import { shortcut } from '../../../../shortcuts/shortcuts.ts'
import { clipOf, paste } from '../../editor/clipboard.ts'
import { deleteSelection, gridPx, nudge, toggleDisabled } from '../../editor/commands.ts'
import type { PipelineModel } from '../../model.ts'

const hasSelection = (model: PipelineModel) => () => {
  const { view } = model.editor.store.getState()
  return view.nodes.length + view.edges.length + view.notes.length > 0
}

export function editCommands(model: PipelineModel): AppCommand[] {
  const { editor } = model
  const selected = hasSelection(model)
  const one = () => editor.store.getState().view.nodes.length === 1
  return [
    {
      ...shortcut('undo'),
      enabled: () => editor.store.getState().past.length > 0,
      run: () => editor.undo(),
    },
    {
      ...shortcut('redo'),
      enabled: () => editor.store.getState().future.length > 0,
      run: () => editor.redo(),
    },
    {
      ...shortcut('delete'),
      enabled: selected,
      run: () => editor.run(deleteSelection),
    },
    {
      ...shortcut('duplicate'),
      enabled: selected,
      run: () => {
        const { doc, view } = editor.store.getState()
        editor.run(paste(clipOf(doc, view), 'Duplicate'))
      },
    },
    {
      ...shortcut('rename'),
      enabled: one,
      run: () => editor.look({ renaming: editor.store.getState().view.nodes[0] }),
    },
    {
      ...shortcut('disable'),
      enabled: () => editor.store.getState().view.nodes.length > 0,
      run: () => editor.run(toggleDisabled),
    },
    {
      ...shortcut('save'),
      whileTyping: true,
      run: () =>
        void model.autosave.flush().then((revision) => revision !== null && editor.say('Saved')),
    },
    ...(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const).map((key) => ({
      ...shortcut('nudge'),
      id: `nudge-${key}`,
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
