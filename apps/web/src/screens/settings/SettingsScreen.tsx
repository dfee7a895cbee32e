/** Settings: how the studio looks, where it listens, how to connect a client, what it stores, its shortcuts. */
import type { SystemInfo } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { setPreferences, usePreferences } from '../../app/preferences.ts'
import { Screen } from '../../app/Screen.tsx'
import { formatBytes, formatInstant } from '../../format/index.ts'
import { Button, ErrorState, Field, Loading, Segmented, toast } from '../../ui/index.ts'
import { type SnippetKind, snippet, snippetKinds } from '../shared/snippets.ts'
import styles from './Settings.module.css'

const themes: readonly { value: 'system' | 'light' | 'dark'; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]
const clocks: readonly { value: 'local' | 'utc'; label: string }[] = [
  { value: 'local', label: 'Local time' },
  { value: 'utc', label: 'UTC' },
]
const motions: readonly { value: 'system' | 'reduced'; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'reduced', label: 'None' },
]

export function SettingsScreen() {
  const info = useQuery(trpc.system.info.queryOptions())
  return (
    <Screen crumbs={[{ label: 'Settings' }]}>
      <div className={styles.page}>
        <Appearance />
        {info.isPending && <Loading what="Asking the server" />}
        {info.error && (
          <ErrorState
            title="Could not ask the server"
            error={info.error}
            onRetry={() => info.refetch()}
          />
        )}
        {info.data && <Connect info={info.data} />}
        {info.data && <Storage info={info.data} />}
      </div>
    </Screen>
  )
}

function Appearance() {
  const { theme, clock, motion } = usePreferences()
  return (
    <section aria-labelledby="appearance">
      <h2 id="appearance">Appearance</h2>
      <Field label="Theme">
        {() => (
          <Segmented
            label="Theme"
            value={theme}
            options={themes}
            onChange={(next) => setPreferences({ theme: next })}
          />
        )}
      </Field>
      <Field label="Clock" hint="Everywhere, event time and wall clock alike.">
        {() => (
          <Segmented
            label="Clock"
            value={clock}
            options={clocks}
            onChange={(next) => setPreferences({ clock: next })}
          />
        )}
      </Field>
      <Field label="Motion">
        {() => (
          <Segmented
            label="Motion"
            value={motion}
            options={motions}
            onChange={(next) => setPreferences({ motion: next })}
          />
        )}
      </Field>
    </section>
  )
}

function Connect({ info }: { info: SystemInfo }) {
  const [kind, setKind] = useState<SnippetKind>('kcat')
  const text = snippet(kind, { topic: 'my-topic', kafka: info.kafka, studio: info.studio })
  return (
    <section aria-labelledby="connect">
      <h2 id="connect">Connect a client</h2>
      <dl className={styles.facts}>
        <dt>Kafka</dt>
        <dd>{info.kafka}</dd>
        <dt>Schema Registry</dt>
        <dd>{info.registry}</dd>
        <dt>Studio</dt>
        <dd>{info.studio}</dd>
      </dl>
      <div className={styles.row}>
        <Segmented
          label="Client"
          value={kind}
          options={snippetKinds}
          onChange={(next) => setKind(next)}
        />
        <Button
          onClick={() => navigator.clipboard.writeText(text).then(() => toast.done('Copied'))}
        >
          Copy
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
      <pre className={styles.snippet} tabIndex={0}>
        {text}
      </pre>
    </section>
  )
}

function Storage({ info }: { info: SystemInfo }) {
  const { clock } = usePreferences()
  return (
    <section aria-labelledby="server">
      <h2 id="server">This server</h2>
      <dl className={styles.facts}>
        <dt>Data directory</dt>
        <dd>{info.dataDirectory}</dd>
        <dt>On disk</dt>
        <dd>
          {formatBytes(info.disk.totalBytes)}: topics {formatBytes(info.disk.topicsBytes)},
          checkpoints {formatBytes(info.disk.checkpointsBytes)}
        </dd>
        <dt>Memory</dt>
        <dd>{formatBytes(info.memoryBytes)}</dd>
        <dt>Started</dt>
        <dd>{formatInstant(info.startedAt, clock)}</dd>
        <dt>Version</dt>
        <dd>
          Millrace {info.version} on Node {info.node}, process {info.pid}
        </dd>
      </dl>
      {info.notes.map((note) => (
        <p key={note} className={styles.note}>
          ▲ {note}
        </p>
      ))}
      <p className={styles.hint}>
        Press <b>?</b> anywhere for the list of shortcuts.
      </p>
    </section>
  )
}
