/** Where to read messages from: an offset of a partition, or a record time. */
import type { BrowseFrom } from '@millrace/server'
import { useState } from 'react'
import { usePreferences } from '../../app/preferences.ts'
import { readTyped, zoneName } from '../../format/index.ts'
import { Button, Input, Select } from '../../ui/index.ts'
import styles from './Topics.module.css'

export function SeekOffset({
  partitions,
  onSeek,
}: {
  partitions: number
  onSeek(from: BrowseFrom): void
}) {
  const [partition, setPartition] = useState('0')
  const [offset, setOffset] = useState('0')
  const options = Array.from({ length: partitions }, (_, index) => ({
    value: String(index),
    label: `partition ${index}`,
  }))
  return (
    <form
      className={styles.seek}
      onSubmit={(event) => {
        event.preventDefault()
        onSeek({ is: 'offset', partition: Number(partition), offset: Number(offset) })
      }}
    >
      <Select aria-label="Partition" options={options} value={partition} onChange={setPartition} />
      <Input
        type="number"
        min={0}
        aria-label="Offset"
        value={offset}
        onChange={(event) => setOffset(event.target.value)}
      />
      <Button type="submit">Go</Button>
    </form>
  )
}

export function SeekTime({ onSeek }: { onSeek(from: BrowseFrom): void }) {
  const { clock } = usePreferences()
  const [at, setAt] = useState('')
  return (
    <form
      className={styles.seek}
      onSubmit={(event) => {
        event.preventDefault()
        const time = readTyped(at, clock)
        if (time !== undefined) onSeek({ is: 'time', at: time })
      }}
    >
      <Input
        type="datetime-local"
        step={1}
        aria-label="From record time"
        value={at}
        onChange={(event) => setAt(event.target.value)}
      />
      <span className={styles.zone}>{zoneName(clock)}</span>
      <Button type="submit">Go</Button>
    </form>
  )
}
