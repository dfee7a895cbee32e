// The planted faults of `e2e-faults.mjs` for the list of pipelines, the settings, the schemas and disabled nodes.

const web = 'apps/web/src'
const home = `${web}/screens/home`

export const screenFaults = [
  {
    name: 'a draft with problems is not troubled',
    spec: 'home',
    test: 'drafts with problems come first',
    file: `${home}/pipeline-state.ts`,
    from: 'return pipeline.trouble !== null',
    to: "return pipeline.trouble === 'failing' || pipeline.trouble === 'behind'",
  },
  {
    name: 'what is not deployed leads nowhere',
    spec: 'home',
    test: 'drafts with problems come first',
    file: `${home}/PipelineActions.tsx`,
    from: 'onSelect: () => navigate(paths.pipeline(row.id)),',
    to: 'disabled: true,\n          onSelect: () => navigate(paths.pipeline(row.id)),',
  },
  {
    name: 'the clock of the page stands still',
    spec: 'home',
    test: 'after a kill the rows are marked as old',
    file: `${web}/app/clock.ts`,
    from: 'for (const listener of listeners) listener()',
    to: '',
  },
  {
    name: 'old rows look new',
    spec: 'home',
    test: 'after a kill the rows are marked as old',
    file: `${home}/HomeScreen.tsx`,
    from: 'columns={old ? oldPipelineColumns : pipelineColumns}',
    to: 'columns={old ? pipelineColumns : pipelineColumns}',
  },
  {
    name: 'the column of a fault counts from the start of the text',
    spec: 'home',
    test: 'an import names every place that it refuses',
    file: 'apps/server/src/pipelines/checked-document.ts',
    from: ".toString().split('\\n')",
    to: ".toString().split('\\r')",
  },
  {
    name: 'the old text of an import stays',
    spec: 'home',
    test: 'an import names every place that it refuses',
    file: `${home}/HomeScreen.tsx`,
    from: '{imports && <ImportDialog onClose={() => setImports(false)} />}',
    to: '<div hidden={!imports}><ImportDialog onClose={() => setImports(false)} /></div>',
  },
  {
    name: 'what was not saved is forgotten by a reload',
    spec: 'settings',
    test: 'a change that is not saved is said so',
    file: `${web}/app/preferences.ts`,
    from: 'change: stored(unsavedKey)',
    to: "change: stored('forgotten')",
  },
  {
    name: 'two commands may have the same keys',
    spec: 'settings',
    test: 'a shortcut is bound anew',
    file: `${web}/shortcuts/bindings.ts`,
    from: 'each.id !== id && keysOf',
    to: 'each.id === id && keysOf',
  },
  {
    name: 'new pipelines know no defaults',
    spec: 'settings',
    test: 'new pipelines begin with the defaults',
    file: 'apps/server/src/pipelines/pipeline-service.ts',
    from: '{ ...emptyDocument(id, name), settings: store.model.settings.newPipeline }',
    to: 'emptyDocument(id, name)',
  },
  {
    name: 'the topics of demo data are not named',
    spec: 'settings',
    test: 'demo data is removed at once',
    file: 'apps/server/src/templates/template-service.ts',
    from: 'topics: unused,',
    to: 'topics: used,',
  },
  {
    name: 'typed times are local though the clock is UTC',
    spec: 'settings',
    test: 'times are typed in the zone in which they are shown',
    file: `${web}/format/time.ts`,
    from: "new Date(zone === 'utc' ?",
    to: "new Date(zone === 'local' && text === '' ?",
  },
  {
    name: 'a refused clipboard says nothing',
    spec: 'settings',
    test: 'a clipboard that the browser refuses is said so',
    file: `${web}/ui/copy-text.ts`,
    from: 'not copied`, wayOn)',
    to: 'copied`, wayOn)',
  },
  ...of('schemas', 'a schema evolves', [
    {
      name: 'a schema may be registered before it is checked',
      file: `${web}/screens/schemas/use-schema-check.ts`,
      from: 'isSettled && enabled && !compatibility.isFetching && compatibility.data?.compatible === true',
      to: 'isSettled && enabled',
    },
    {
      name: 'every recorded message counts as readable',
      file: 'apps/server/src/schemas/rehearse.ts',
      from: 'if (reason === null) found.readable++',
      to: "if (reason !== '') found.readable++",
    },
    {
      name: 'the place of a fault is one column off',
      file: 'packages/schemas/src/registry/schema-fault.ts',
      from: '(before.at(-1)?.length ?? 0) + 1',
      to: '(before.at(-1)?.length ?? 0) + 2',
    },
  ]),
  ...of('schemas', 'levels are explained', [
    {
      name: 'what uses a subject is not named',
      file: `${web}/screens/schemas/UsedBy.tsx`,
      from: '{usedBy.map(',
      to: '{usedBy.slice(1).map(',
    },
  ]),
  ...of('conventions', 'D disables a node', [
    {
      name: 'rows do not go past a disabled node',
      file: 'packages/schemas/src/active-document.ts',
      from: 'if (from.port !== passedOutput || passed.has(from.node)) return []',
      to: "if (from.port !== '') return []",
    },
    {
      name: 'a deploy does not say what is disabled',
      file: 'apps/server/src/pipelines/changes.ts',
      from: "return node.disabled ? 'is disabled, rows go past it' : 'is enabled'",
      to: "return 'changed'",
    },
  ]),
]

/** Faults for one test. */
function of(spec, test, planted) {
  return planted.map((fault) => ({ ...fault, spec, test }))
}
