/** Every shortcut of the studio, declared once: the commands, the sheet and the settings read it here. */

export interface Shortcut {
  label: string
  /** Heading in the palette, the sheet and the settings. */
  group: string
  keys: readonly string[]
  /** Works while a pipeline is open; the others everywhere. */
  pipeline?: boolean
  /** Cannot be bound anew: its keys mean the same in every program, or the browser hands them out. */
  fixed?: boolean
}

const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']

const studio = { group: 'Studio' }
const add = { group: 'Add', pipeline: true }
const edit = { group: 'Edit', pipeline: true }
const select = { group: 'Select', pipeline: true }
const connect = { group: 'Connect', pipeline: true }
const canvas = { group: 'Canvas', pipeline: true }
const panes = { group: 'Panes and files', pipeline: true }
const run = { group: 'Run', pipeline: true }

export const shortcuts = {
  palette: { ...studio, label: 'Search and run commands', keys: ['Mod+K', 'Mod+Shift+P'] },
  shortcuts: { ...studio, label: 'Show keyboard shortcuts', keys: ['?'] },

  add: {
    ...add,
    label: 'Add a node (behind the selected one)',
    keys: ['Tab'],
    fixed: true,
  },
  'find-node': { ...add, label: 'Find a node to add', keys: ['/'] },
  insert: { ...add, label: 'Insert a node', keys: ['N'] },

  undo: { ...edit, label: 'Undo', keys: ['Mod+Z'] },
  redo: { ...edit, label: 'Redo', keys: ['Mod+Shift+Z', 'Mod+Y'] },
  copy: { ...edit, label: 'Copy the selection', keys: ['Mod+C'], fixed: true },
  cut: { ...edit, label: 'Cut the selection', keys: ['Mod+X'], fixed: true },
  paste: { ...edit, label: 'Paste nodes', keys: ['Mod+V'], fixed: true },
  duplicate: { ...edit, label: 'Duplicate the selection', keys: ['Mod+D'] },
  delete: { ...edit, label: 'Delete the selection', keys: ['Delete', 'Backspace'] },
  rename: { ...edit, label: 'Rename the node', keys: ['F2'] },
  disable: { ...edit, label: 'Disable or enable the selection', keys: ['D'] },
  nudge: {
    ...edit,
    label: 'Move the selection',
    keys: arrows.map((key) => `Alt+${key}`),
    fixed: true,
  },
  save: { ...edit, label: 'Save the draft now', keys: ['Mod+S'] },

  go: { ...select, label: 'Select the next node', keys: arrows, fixed: true },
  extend: {
    ...select,
    label: 'Extend the selection',
    keys: arrows.map((key) => `Shift+${key}`),
    fixed: true,
  },
  'select-all': { ...select, label: 'Select everything', keys: ['Mod+A'] },
  'select-upstream': { ...select, label: 'Select what feeds this', keys: ['Alt+S'] },
  'select-downstream': { ...select, label: 'Select what this feeds', keys: ['Alt+Shift+S'] },
  unselect: { ...select, label: 'Select nothing', keys: ['Escape'], fixed: true },
  configure: { ...select, label: 'Configure the selected node', keys: ['Enter'], fixed: true },

  connect: { ...connect, label: 'Connect the selected node', keys: ['C'] },
  'connect-next': {
    ...connect,
    label: 'Next target, while connecting',
    keys: ['ArrowRight', 'ArrowDown'],
    fixed: true,
  },
  'connect-previous': {
    ...connect,
    label: 'Previous target, while connecting',
    keys: ['ArrowLeft', 'ArrowUp'],
    fixed: true,
  },
  'connect-accept': {
    ...connect,
    label: 'Connect to the target',
    keys: ['Enter'],
    fixed: true,
  },
  'connect-leave': { ...connect, label: 'Leave connect mode', keys: ['Escape'], fixed: true },

  'zoom-in': { ...canvas, label: 'Zoom in', keys: ['+', '='] },
  'zoom-out': { ...canvas, label: 'Zoom out', keys: ['-'] },
  'zoom-100': { ...canvas, label: 'Zoom to 100 %', keys: ['0'] },
  fit: { ...canvas, label: 'Fit the graph', keys: ['1'] },

  'next-pane': { ...panes, label: 'Go to the next pane', keys: ['F6'] },
  find: { ...panes, label: 'Find a node in the graph', keys: ['Mod+F'] },
  'toggle-dock': { ...panes, label: 'Show or hide the dock', keys: ['Mod+J'] },
  'toggle-outline': { ...panes, label: 'Show or hide the outline of the graph', keys: ['O'] },
  'toggle-lane': { ...panes, label: 'Switch between Live and Draft', keys: ['L'] },
  export: { ...panes, label: 'Export the draft as JSON', keys: ['Mod+E'] },
  import: { ...panes, label: 'Import a file into the draft', keys: ['Mod+I'] },

  deploy: { ...run, label: 'Deploy the draft', keys: ['Mod+Enter'] },
} satisfies Record<string, Shortcut>

export type ShortcutId = keyof typeof shortcuts

/** All of them, in the order of the list. */
export const allShortcuts: readonly (Shortcut & { id: ShortcutId })[] = Object.entries(
  shortcuts,
).map(([id, shortcut]) => ({ id: id as ShortcutId, ...shortcut }))

/** What a command takes from its shortcut. */
export function shortcut(id: ShortcutId): {
  id: ShortcutId
  label: string
  group: string
  keys: readonly string[]
} {
  const { label, group, keys } = shortcuts[id]
  return { id, label, group, keys }
}
