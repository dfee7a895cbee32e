// The planted faults of `e2e-faults.mjs` that lie in the list of pipelines and in the settings.

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
]
