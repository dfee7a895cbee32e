/** How to reach this server, and what it is. */
import type { SystemInfo } from '@millrace/server'
import { Copy } from 'lucide-react'
import { useState } from 'react'
import { usePreferences } from '../../app/preferences.ts'
import { formatBytes, formatInstant } from '../../format/index.ts'
import { Button, copyText, IconButton, Segmented } from '../../ui/index.ts'
import { type SnippetKind, snippet, snippetKinds } from '../shared/snippets.ts'
import styles from './Settings.module.css'

export function Connect({ info }: { info: SystemInfo }) {
  const [kind, setKind] = useState<SnippetKind>('kcat')
  const text = snippet(kind, { topic: 'my-topic', kafka: info.kafka, studio: info.studio })
  return (
    <section aria-labelledby="connect">
      <h2 id="connect">Connect a client</h2>
      <dl className={styles.facts}>
        <Address name="Kafka" value={info.kafka} />
        <Address name="Schema Registry" value={info.registry} />
        <Address name="Studio" value={info.studio} />
      </dl>
      <div className={styles.row}>
        <Segmented
          label="Client"
          value={kind}
          options={snippetKinds}
          onChange={(next) => setKind(next)}
        />
        <Button onClick={() => copyText('Snippet', text)}>Copy</Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
      <pre className={styles.snippet} tabIndex={0}>
        {text}
      </pre>
    </section>
  )
}

function Address({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {value}
        <IconButton
          label={`Copy the address of ${name}`}
          icon={<Copy size={13} />}
          onClick={() => copyText('Address', value)}
        />
      </dd>
    </>
  )
}

export function Storage({ info }: { info: SystemInfo }) {
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
    </section>
  )
}
