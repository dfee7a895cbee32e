/** Settings: how the studio looks, what pipelines begin with, how to reach this server, demo data, shortcuts. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link, useSearch } from 'wouter'
import { blockingError, trpc } from '../../api/client.ts'
import { paths, type SettingsSection } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { ErrorState, Loading } from '../../ui/index.ts'
import { Appearance } from './Appearance.tsx'
import { DemoData } from './DemoData.tsx'
import { NewPipelines } from './NewPipelines.tsx'
import { Connect, Storage } from './Server.tsx'
import styles from './Settings.module.css'
import { Shortcuts } from './Shortcuts.tsx'
import { UnsavedNotice } from './UnsavedNotice.tsx'

/** By the ids of their headings. */
const sections: readonly { id: SettingsSection; label: string }[] = [
  { id: 'appearance', label: 'Appearance' },
  { id: 'new-pipelines', label: 'New pipelines' },
  { id: 'connect', label: 'Connect a client' },
  { id: 'server', label: 'This server' },
  { id: 'demo', label: 'Demo data' },
  { id: 'shortcuts', label: 'Keyboard shortcuts' },
]

function show(id: string): void {
  document.getElementById(id)?.scrollIntoView()
}

export function SettingsScreen() {
  const info = useQuery(trpc.system.info.queryOptions())
  const failure = blockingError(info)
  const section = new URLSearchParams(useSearch()).get('section')
  const { isPending } = info
  useEffect(() => {
    // What comes above it when the server answers would push it out of view.
    if (section && !isPending) show(section)
  }, [section, isPending])
  return (
    <Screen crumbs={[{ label: 'Settings' }]}>
      <UnsavedNotice />
      <div className={styles.page}>
        <nav className={styles.nav} aria-label="Sections of the settings">
          {sections.map(({ id, label }) => (
            <Link key={id} href={paths.settings(id)} onClick={() => show(id)}>
              {label}
            </Link>
          ))}
        </nav>
        <div className={styles.sections}>
          <Appearance />
          <NewPipelines />
          {isPending && <Loading what="Asking the server" />}
          {failure && (
            <ErrorState
              title="Could not ask the server"
              error={failure}
              onRetry={() => info.refetch()}
            />
          )}
          {info.data && <Connect info={info.data} />}
          {info.data && <Storage info={info.data} />}
          <DemoData />
          <Shortcuts />
        </div>
      </div>
    </Screen>
  )
}
