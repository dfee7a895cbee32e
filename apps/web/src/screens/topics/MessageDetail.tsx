/** One message in full: as a tree, as text, as bytes; its headers; what can be done with it. */
import type { TopicMessage } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { usePreferences } from '../../app/preferences.ts'
import { formatCount, formatDuration, formatInstant } from '../../format/index.ts'
import { Button, copyText, ErrorState, IconButton, Segmented } from '../../ui/index.ts'
import {
  asTestRow,
  bytesText,
  instantOf,
  keyLine,
  oneLine,
  type TreeLine,
  treeLines,
} from './decoded-text.ts'
import styles from './Topics.module.css'

type Shape = 'tree' | 'raw' | 'hex'
const shapes: readonly { value: Shape; label: string }[] = [
  { value: 'tree', label: 'Tree' },
  { value: 'raw', label: 'Raw' },
  { value: 'hex', label: 'Hex' },
]

export interface MessageDetailProps {
  topic: string
  message: TopicMessage
  /** Shows only messages with this text. */
  onFollow(text: string): void
  onClose(): void
}

export function MessageDetail({ topic, message, onFollow, onClose }: MessageDetailProps) {
  const [shape, setShape] = useState<Shape>('tree')
  return (
    <aside
      className={styles.detail}
      aria-label={`Message ${message.offset} of partition ${message.partition}`}
    >
      <div className={styles.detailHead}>
        <b>
          Partition {message.partition}, offset {formatCount(message.offset)}
        </b>
        <Segmented
          label="Show as"
          value={shape}
          options={shapes}
          onChange={(next) => setShape(next)}
        />
        <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
      </div>
      {shape === 'tree' ? (
        <Tree message={message} />
      ) : (
        <Bytes topic={topic} message={message} shape={shape} />
      )}
      <p className={styles.hint}>{originWords(message)}</p>
      {message.headers.length > 0 && (
        <>
          <h3 className={styles.hint}>Headers</h3>
          <dl className={styles.tree}>
            {message.headers.map((header, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a header name may occur twice
              <div key={index}>
                <dt>{header.name}</dt> <dd>{header.value ?? 'null'}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <div className={styles.detailActions}>
        <Button onClick={() => copyText('Row', asTestRow(message))}>Copy as test row</Button>
        {message.key.is !== 'null' && message.key.is !== 'undecodable' && (
          <Button onClick={() => onFollow(oneLine(message.key))}>
            Follow key {oneLine(message.key).slice(0, 24)}
          </Button>
        )}
      </div>
    </aside>
  )
}

function originWords(message: TopicMessage): string {
  const { value } = message
  const size = value.is === 'null' ? 'a tombstone, no value' : `${formatCount(value.bytes)} bytes`
  const schema = value.is === 'avro' ? `Schema id ${value.schemaId}, ${value.name} · ` : ''
  const lag =
    message.eventTime === null
      ? ''
      : ` · record time ${formatDuration(message.timestamp - message.eventTime)} after its event time`
  return `${schema}${size}${lag}`
}

function Tree({ message }: { message: TopicMessage }) {
  const { value } = message
  const decoded = value.is === 'json' || value.is === 'avro'
  const lines = decoded ? treeLines(value.value) : []
  return (
    <dl className={styles.tree}>
      <div>
        <dt>key</dt> <dd>{keyLine(message.key)}</dd>
      </div>
      {value.is === 'undecodable' && (
        <>
          <p className={styles.bad}>✕ {value.reason}</p>
          <p className={styles.hint}>Raw and Hex show its bytes as they are.</p>
        </>
      )}
      {!decoded && value.is !== 'undecodable' && (
        <div>
          <dt>value</dt> <dd>{oneLine(value)}</dd>
        </div>
      )}
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one immutable value
        <div key={index} style={{ paddingLeft: line.depth * 14 }}>
          <dt>{line.name}</dt> {line.text !== null && <dd>{line.text}</dd>} <i>{line.type}</i>{' '}
          <Instant line={line} />
        </div>
      ))}
    </dl>
  )
}

/** A number that may be a time is shown as one, too. */
function Instant({ line }: { line: TreeLine }) {
  const { clock } = usePreferences()
  const at = instantOf(line)
  return at === null ? null : <i>{formatInstant(at, clock)}</i>
}

function Bytes({
  topic,
  message,
  shape,
}: {
  topic: string
  message: TopicMessage
  shape: 'raw' | 'hex'
}) {
  const { partition, offset } = message
  const raw = useQuery(trpc.topics.raw.queryOptions({ name: topic, partition, offset }))
  if (raw.error)
    return (
      <ErrorState
        title="Could not read its bytes"
        error={raw.error}
        onRetry={() => raw.refetch()}
      />
    )
  if (!raw.data) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <pre className={styles.bytes} tabIndex={0}>
      {bytesText(raw.data, shape)}
    </pre>
  )
}
