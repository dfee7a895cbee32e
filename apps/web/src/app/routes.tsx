/** Which screen a path shows; each screen is a chunk of its own. */
import { lazy, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { EmptyState, Loading } from '../ui/index.ts'
import { Screen } from './Screen.tsx'

const Home = lazy(() =>
  import('../screens/home/HomeScreen.tsx').then((module) => ({ default: module.HomeScreen })),
)
const Pipeline = lazy(() =>
  import('../screens/pipeline/PipelineScreen.tsx').then((module) => ({
    default: module.PipelineScreen,
  })),
)
const Templates = lazy(() =>
  import('../screens/templates/TemplatesScreen.tsx').then((module) => ({
    default: module.TemplatesScreen,
  })),
)
const Topics = lazy(() =>
  import('../screens/topics/TopicsScreen.tsx').then((module) => ({ default: module.TopicsScreen })),
)
const Topic = lazy(() =>
  import('../screens/topics/TopicScreen.tsx').then((module) => ({ default: module.TopicScreen })),
)
const Schemas = lazy(() =>
  import('../screens/schemas/SchemasScreen.tsx').then((module) => ({
    default: module.SchemasScreen,
  })),
)
const Settings = lazy(() =>
  import('../screens/settings/SettingsScreen.tsx').then((module) => ({
    default: module.SettingsScreen,
  })),
)

export function Routes() {
  return (
    <Suspense
      fallback={
        <Screen crumbs={[]}>
          <Loading what="Loading" />
        </Screen>
      }
    >
      <Switch>
        <Route path="/">
          <Home />
        </Route>
        <Route path="/templates/:id?">
          {(params) => <Templates template={params.id ?? null} />}
        </Route>
        <Route path="/pipelines/:id">
          {(params) => <Pipeline key={params.id} id={params.id} />}
        </Route>
        <Route path="/topics">
          <Topics />
        </Route>
        <Route path="/topics/:name">
          {(params) => <Topic key={params.name} name={decodeURIComponent(params.name)} />}
        </Route>
        <Route path="/schemas/:subject?">
          {(params) => (
            <Schemas subject={params.subject ? decodeURIComponent(params.subject) : null} />
          )}
        </Route>
        <Route path="/settings">
          <Settings />
        </Route>
        <Route>
          <Screen crumbs={[{ label: 'Not here' }]}>
            <EmptyState title="There is nothing at this address">
              The pipeline or topic may have been deleted. The rail at the left leads to what
              exists.
            </EmptyState>
          </Screen>
        </Route>
      </Switch>
    </Suspense>
  )
}
