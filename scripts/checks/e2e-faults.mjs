// The faults that `plant-e2e-faults.mjs` plants: each replaces one string of one file and is for one test (or for
// the same test in both themes), named by its spec and title.

import { screenFaults } from './e2e-screen-faults.mjs'

const web = 'apps/web/src'
const shortcuts = `${web}/shortcuts/shortcuts.ts`
const pipeline = `${web}/screens/pipeline`
const topicScreens = `${web}/screens/topics`
const why = 'apps/server/src/runs/why-no-output.ts'
const pale = 'style={{ color: "var(--line)" }}'

const byMouse = {
  spec: 'build-by-mouse',
  test: 'a pipeline drawn by mouse gives exact windows',
}
const byKeyboard = {
  spec: 'build-by-keyboard',
  test: 'a pipeline drawn by the keyboard alone gives exact windows',
}
const deadLetters = {
  spec: 'dead-letters',
  test: 'bad records go to the dead letters untouched',
}
const processFunction = {
  spec: 'process-function',
  test: 'a process function is edited with types',
}
const offline = {
  spec: 'preview-offline',
  test: 'the preview shows the same rows without a server',
}

export const faults = [
  {
    name: 'undo skips a step',
    ...byMouse,
    file: `${pipeline}/editor/store.ts`,
    from: '[from]: state[from].slice(0, -1)',
    to: '[from]: state[from].slice(0, -2)',
  },
  {
    name: 'choices are joined into one step',
    ...byMouse,
    file: `${pipeline}/editor/config-commands.ts`,
    from: '  return {\n    label,\n    perform: (doc) => ({\n      doc: updateNode(doc, id, (node) => ({\n        ...node,\n        config:\n',
    to: "  return {\n    label,\n    coalesce: 'config',\n    perform: (doc) => ({\n      doc: updateNode(doc, id, (node) => ({\n        ...node,\n        config:\n",
  },
  {
    name: 'the watermark is never shown',
    ...byMouse,
    file: `${pipeline}/dock/time/Ruler.tsx`,
    from: "facts.watermark === null ? 'no watermark yet'",
    to: "facts.watermark !== undefined ? 'no watermark yet'",
  },
  {
    name: 'rows behind are not live',
    ...byMouse,
    file: `${pipeline}/header/FactChips.tsx`,
    from: '{formatCount(run.rowsBehind)}',
    to: '{formatCount(run.rowsBehind + 1)}',
  },
  {
    name: 'a row at the start of a window falls into the one before',
    ...byMouse,
    file: 'packages/engine/src/runtime/window/tumbling-policy.ts',
    from: 'Math.floor((eventTime - offsetMs) / sizeMs)',
    to: 'Math.floor((eventTime - offsetMs - 1) / sizeMs)',
  },
  {
    name: 'Enter in connect mode does not connect',
    ...byKeyboard,
    file: `${pipeline}/canvas/keys/connect.ts`,
    from: 'editor.run(connectPorts(edge))',
    to: 'void connectPorts(edge)',
  },
  {
    name: 'Tab on the canvas adds nothing',
    ...byKeyboard,
    file: `${pipeline}/canvas/keys/add.ts`,
    from: 'if (!onCard && active !== root.current) return false',
    to: 'if (!onCard || active !== root.current) return false',
  },
  {
    name: 'dead letters lose their headers',
    ...deadLetters,
    file: 'packages/nodes/src/topic-sink/connector.node.ts',
    from: 'record: { key, value, headers } }',
    to: 'record: { key, value, headers: headers.slice(0, 0) } }',
  },
  {
    name: 'dead letters lose a byte',
    ...deadLetters,
    file: 'packages/nodes/src/topic-sink/connector.node.ts',
    from: 'column.data.subarray(column.starts[row], column.ends[row])',
    to: 'column.data.subarray(column.starts[row], column.ends[row] - 1)',
  },
  {
    name: 'windows are not restored from a checkpoint',
    spec: 'kill',
    test: 'results survive SIGKILL at twenty random times',
    file: 'packages/engine/src/runtime/window/window-operator.ts',
    from: 'if (restored) this.store.restore(restored, context.keyGroups)',
    to: 'if (restored === undefined) this.store.restore(restored, context.keyGroups)',
  },
  {
    name: 'the sample is asked for anew at each edit',
    ...offline,
    file: `${web}/preview/preview-runner.ts`,
    from: '    const known = this.samples.get(key)\n    if (known) return known\n    try {',
    to: '    this.last = noSample\n    try {',
  },
  {
    name: 'types do not reach the code editor',
    ...processFunction,
    file: `${pipeline}/dock/code/CodeEditor.tsx`,
    from: "typescript.typescriptDefaults.addExtraLib(declarations, 'file:///millrace.d.ts')",
    to: "typescript.typescriptDefaults.addExtraLib('declare const row: any', 'file:///millrace.d.ts')",
  },
  {
    name: 'leaving the code does not end a step',
    ...processFunction,
    file: `${pipeline}/editor/store.ts`,
    from: 'if (last?.coalesce)',
    to: "if (last?.coalesce === 'never')",
  },
  {
    name: 'the generator writes no history',
    spec: 'templates',
    test: 'Orders per minute: shows results after three presses',
    file: 'packages/nodes/src/generator-source/node.ts',
    from: 'historyMs: Math.max(historyMsMin, historyWindows * context.longestWindowMs)',
    to: 'historyMs: 0 * Math.max(historyMsMin, historyWindows * context.longestWindowMs)',
  },
  {
    name: 'the detector alerts nobody',
    spec: 'templates',
    test: 'Fraud velocity: shows results after three presses',
    file: 'packages/nodes/src/templates/fraud-code.ts',
    from: 'if (busiest.payments > paymentsMax || busiest.cents > centsMax) {',
    to: 'if (busiest.payments > paymentsMax * 1000) {',
  },
  {
    name: 'the variant alerts nobody',
    spec: 'templates',
    test: 'Fraud velocity, as printed: shows results after three presses',
    file: 'packages/nodes/src/templates/fraud-velocity.ts',
    from: "...alertSinks('fraud.as-printed'),",
    to: "...alertSinks('fraud.printed'),",
  },
  {
    name: 'late clicks take the place of counts',
    spec: 'templates',
    test: 'Clicks per 5 minutes: shows results after three presses',
    file: 'packages/nodes/src/templates/clicks-per-user.ts',
    from: "connect('per-user', 'counts'),",
    to: "connect('per-user', 'counts', 'late'),",
  },
  {
    name: 'the save of another tab is not taken',
    spec: 'two-tabs',
    test: 'a change in one tab shows in the other',
    file: `${pipeline}/editor/autosave.ts`,
    from: 'if (revision <= editor.store.getState().saved.revision) return',
    to: 'if (revision >= 0) return',
  },
  {
    name: 'a conflict is not detected',
    spec: 'two-tabs',
    test: 'changes of both tabs at once are merged',
    file: 'apps/server/src/pipelines/pipeline-service.ts',
    from: 'if (input.revision !== entry.revision) {\n      const { draft',
    to: 'if (input.revision > entry.revision) {\n      const { draft',
  },
  {
    name: 'taking the other version is no step',
    spec: 'two-tabs',
    test: 'a tab that takes the other version gets its own back',
    file: `${pipeline}/editor/autosave.ts`,
    from: 'editor.run(replaceDocument(label, document))\n    schedule(0)',
    to: 'editor.store.setState({ doc: document })\n    schedule(0)',
  },
  {
    name: 'an empty topic opens another',
    spec: 'why-no-output',
    test: 'nothing arrives: the topic is empty',
    file: why,
    from: ', topic: shape.topic }',
    to: ', topic: String(shape.topic).toUpperCase() }',
  },
  {
    name: 'all filtered is not said',
    spec: 'why-no-output',
    test: 'all filtered: the condition is named',
    file: why,
    from: 'if (ledger.filtered >= ledger.in) return allFiltered(situation)',
    to: 'if (ledger.filtered > ledger.in) return allFiltered(situation)',
  },
  {
    name: 'no event time leads to the wrong node',
    spec: 'why-no-output',
    test: 'no event time: the button leads to the time column',
    file: why,
    from: 'node: source?.node ?? situation.shape.node,',
    to: 'node: situation.shape.node,',
  },
  {
    name: 'a partition that never had a row holds nothing',
    spec: 'why-no-output',
    test: 'a silent partition that holds time is named',
    file: 'apps/server/src/runs/time-holder.ts',
    from: 'return lastRowAt === null || now - lastRowAt',
    to: 'return lastRowAt !== null && now - lastRowAt',
  },
  {
    name: 'an open window names the wrong time',
    spec: 'why-no-output',
    test: 'an open window says which record closes it',
    file: why,
    from: 'const needed = first.end + situation.waitMs',
    to: 'const needed = first.end + situation.waitMs + 1',
  },
  {
    name: 'the late verdict is wrong',
    spec: 'why-no-output',
    test: 'all late: the button leads to the lateness',
    file: why,
    from: 'if (out === 0 && ledger.late >= ledger.in) return allLate(situation)',
    to: 'if (out === 0 && ledger.late > ledger.in) return allLate(situation)',
  },
  {
    name: 'a reload loses the history',
    spec: 'conventions',
    test: 'undo, redo and save by their keys',
    file: `${pipeline}/model.ts`,
    from: "window.addEventListener('pagehide', keep)",
    to: "window.addEventListener('pagehidden', keep)",
  },
  {
    name: 'Mod+Shift+P opens nothing',
    spec: 'conventions',
    test: 'palettes, the sheet of shortcuts',
    file: shortcuts,
    from: "keys: ['Mod+K', 'Mod+Shift+P']",
    to: "keys: ['Mod+K']",
  },
  {
    name: 'F2 renames nothing',
    spec: 'conventions',
    test: 'nodes are added by Tab, renamed by F2',
    file: shortcuts,
    from: "keys: ['F2']",
    to: "keys: ['F3']",
  },
  {
    name: 'a click on one of several selected nodes keeps them all',
    spec: 'conventions',
    test: 'the selection goes along the graph',
    file: `${pipeline}/canvas/useGraph.ts`,
    from: 'if (view.nodes.length + view.notes.length < 2) return',
    to: 'if (view.nodes.length + view.notes.length > 0) return',
  },
  {
    name: 'cut only copies',
    spec: 'conventions',
    test: 'copy, cut and paste carry JSON',
    file: `${pipeline}/canvas/keys/clipboard.ts`,
    from: "if (event.type === 'cut')",
    to: "if (event.type === 'cutting')",
  },
  {
    name: 'cards never hide their lines',
    spec: 'conventions',
    test: 'zoom by keys and contextual zoom',
    file: `${pipeline}/canvas/detail.ts`,
    from: "[0.78, 'line'],",
    to: "[0.1, 'line'],",
  },
  {
    name: 'an import loses its edges',
    spec: 'conventions',
    test: 'export and import by their keys',
    file: `${pipeline}/header/files.ts`,
    from: "paste(clip, 'Import')",
    to: "paste({ ...clip, edges: [] }, 'Import')",
  },
  {
    name: 'a wire dropped on nothing offers nothing',
    spec: 'conventions',
    test: 'a wire dropped on nothing offers what fits',
    file: `${pipeline}/canvas/Canvas.tsx`,
    from: "if (fromHandle.type !== 'source' || !fromHandle.id) return",
    to: "if (fromHandle.type === 'source' || !fromHandle.id) return",
  },
  {
    name: 'tidying is no step',
    spec: 'conventions',
    test: 'notes, alignment, the outline and tidying',
    file: `${pipeline}/canvas/useCanvasActions.ts`,
    from: 'editor.run(tidyUp(places))',
    to: 'void tidyUp(places)',
  },
  {
    name: 'leaving does not warn',
    spec: 'conventions',
    test: 'leaving with an edit that is not saved warns',
    file: `${pipeline}/Workbench.tsx`,
    from: "if (is === 'saved') return",
    to: "if (is !== 'saved') return",
  },
  {
    name: 'a place in a topic has one page only',
    spec: 'topics',
    test: 'messages are found by offset, by time and from the end',
    file: `${topicScreens}/use-messages.ts`,
    from: 'page.atEnd ? undefined : {',
    to: 'page.atEnd || page.messages.length > 0 ? undefined : {',
  },
  {
    name: 'a tail goes on from now',
    spec: 'topics',
    test: 'a paused tail drops nothing',
    file: `${topicScreens}/use-messages.ts`,
    from: 'begun.current = { enabled, filter, from: cursor.current }',
    to: 'begun.current = { enabled, filter, from: null }',
  },
  {
    name: 'binary keys are not shown',
    spec: 'topics',
    test: 'records of every kind are shown as what they are',
    file: `${topicScreens}/message-columns.tsx`,
    from: 'text={keyLine(row.key)}',
    to: 'text={keyLine(row.key).slice(0, 2)}',
  },
  {
    name: 'the kcat snippet does not split its key',
    spec: 'topics',
    test: 'an empty topic is filled by paste',
    file: `${web}/screens/shared/snippets.ts`,
    from: " -K '|'`",
    to: '`',
  },
  {
    name: 'the delay that admits all is half of what it is',
    spec: 'topics',
    test: 'schema and time of a topic are read from its records',
    file: 'apps/server/src/topics/judge-time.ts',
    from: 'const delayMs = behind[Math.ceil(behind.length * share) - 1]',
    to: 'const delayMs = behind[Math.ceil(behind.length * share) - 1] / 2',
  },
  ...screenFaults,
  ...axe('the first run, the lists while they are empty', [
    {
      name: 'the first sentence is pale',
      file: `${web}/screens/home/FirstRun.tsx`,
      from: '<h2 id="first-run">',
      to: `<h2 id="first-run" ${pale}>`,
    },
  ]),
  ...axe('home, gallery and settings', [
    {
      name: 'the settings are pale',
      file: `${web}/screens/settings/Appearance.tsx`,
      from: '<h2 id="appearance">',
      to: `<h2 id="appearance" ${pale}>`,
    },
  ]),
  ...axe('topics and schemas', [
    {
      name: 'the kind of records to fill with has no name',
      file: `${web}/screens/topics/EmptyTopic.tsx`,
      from: 'aria-label="Kind of records"',
      to: 'aria-label=""',
    },
  ]),
  ...axe('a topic, tab by tab', [
    {
      name: 'the choice of a partition has no name',
      file: `${web}/screens/topics/Seek.tsx`,
      from: '<Select aria-label="Partition" ',
      to: '<Select ',
    },
  ]),
  {
    name: 'a graph wider than its card is cut off',
    spec: 'templates',
    test: 'cards show their whole graph beside an open template at 1920',
    file: `${web}/screens/shared/PipelineThumbnail.tsx`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source text itself.
    from: 'viewBox={`0 0 ${width} ${height}`}',
    to: '',
  },
  {
    name: 'columns of a topic are read by their own names',
    spec: 'templates',
    test: 'a template starts on a topic of one’s own',
    file: 'packages/nodes/src/templates/on-topic.ts',
    from: '...(path === wanted.name ? {} : { path }),',
    to: '',
  },
  {
    name: 'rows of a template wait for the server',
    spec: 'templates',
    test: 'a template shows rows before the start',
    file: `${web}/screens/templates/TemplateRows.tsx`,
    from: 'runner?.update(document)',
    to: "void fetch('/trpc/templates.list').then(() => runner?.update(document))",
  },
  {
    name: 'the question before a removal leaves the topics out',
    spec: 'templates',
    test: 'a template is removed with its pipeline and topics',
    file: `${web}/screens/templates/TemplateDetail.tsx`,
    from: 'all records of ',
    to: '',
  },
  ...axe('what lies over the lists', [
    {
      name: 'the import has no name for its text',
      file: `${web}/screens/home/ImportDialog.tsx`,
      from: 'aria-label="Pipeline document"',
      to: 'data-label="Pipeline document"',
    },
  ]),
  ...axe('what lies over the canvas', [
    {
      name: 'choices of nodes are pale',
      file: `${pipeline}/canvas/NodePicker.tsx`,
      from: '<Command.List>',
      to: `<Command.List ${pale}>`,
    },
  ]),
  ...axe('a pipeline while it is drawn, and deployed', [
    {
      name: 'the first words on the canvas are pale',
      file: `${pipeline}/canvas/CanvasNotices.tsx`,
      from: '<b>Start with a source</b>',
      to: `<b ${pale}>Start with a source</b>`,
    },
  ]),
  ...axe('a pipeline while it runs', [
    {
      name: 'the ruler has no words',
      file: `${pipeline}/dock/time/Ruler.tsx`,
      from: 'aria-label={wordsOf(facts, (t) => formatClock(t, clock))}',
      to: 'aria-label={wordsOf(facts, (t) => formatClock(t, clock)).slice(0, 0)}',
    },
  ]),
  ...axe('a pipeline that fails', [
    {
      name: 'the last line number is pale',
      file: `${pipeline}/dock/code/CodeEditor.tsx`,
      from: "renderFinalNewline: 'on'",
      to: "renderFinalNewline: 'dimmed'",
    },
  ]),
  {
    name: 'muted text is pale in the light theme only',
    spec: 'accessibility',
    test: 'in the light theme the first run, the lists while they are empty',
    file: `${web}/styles/tokens.css`,
    from: '--muted: light-dark(#525c66, #aab4be)',
    to: '--muted: light-dark(#b0b8c0, #aab4be)',
  },
  {
    name: 'muted text is pale in the dark theme only',
    spec: 'accessibility',
    test: 'in the dark theme the first run, the lists while they are empty',
    file: `${web}/styles/tokens.css`,
    from: '--muted: light-dark(#525c66, #aab4be)',
    to: '--muted: light-dark(#525c66, #4a545e)',
  },
]

/** Faults for a test of the accessibility spec: it must fail in both themes. */
function axe(test, planted) {
  return planted.map((fault) => ({ ...fault, spec: 'accessibility', test }))
}
