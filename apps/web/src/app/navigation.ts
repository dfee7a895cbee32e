/** The studio's places: path builders, and what the rail and the palette offer. */
import { Braces, List, type LucideIcon, Settings2, Workflow } from 'lucide-react'

export type SettingsSection =
  | 'appearance'
  | 'new-pipelines'
  | 'connect'
  | 'server'
  | 'demo'
  | 'shortcuts'

export const paths = {
  home: () => '/',
  templates: () => '/templates',
  pipeline: (id: string) => `/pipelines/${id}`,
  topics: () => '/topics',
  topic: (name: string) => `/topics/${encodeURIComponent(name)}`,
  schemas: () => '/schemas',
  subject: (subject: string) => `/schemas/${encodeURIComponent(subject)}`,
  settings: (section?: SettingsSection) => `/settings${section ? `?section=${section}` : ''}`,
}

export interface Place {
  label: string
  path: string
  icon: LucideIcon
  /** Is this place, or one below it, shown? */
  owns(path: string): boolean
}

export const places: readonly Place[] = [
  {
    label: 'Pipelines',
    path: paths.home(),
    icon: Workflow,
    owns: (path) => path === '/' || path.startsWith('/pipelines') || path.startsWith('/templates'),
  },
  { label: 'Topics', path: paths.topics(), icon: List, owns: (path) => path.startsWith('/topics') },
  {
    label: 'Schemas',
    path: paths.schemas(),
    icon: Braces,
    owns: (path) => path.startsWith('/schemas'),
  },
  {
    label: 'Settings',
    path: paths.settings(),
    icon: Settings2,
    owns: (path) => path.startsWith('/settings'),
  },
]
