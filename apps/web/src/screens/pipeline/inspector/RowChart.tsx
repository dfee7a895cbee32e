/** One numeric column of the rows over event time. */
import type { Field } from '@millrace/schemas'
import { useMemo, useState } from 'react'
import { usePreferences } from '../../../app/preferences.ts'
import { formatClock, formatCompact } from '../../../format/index.ts'
import { Chart } from '../../../ui/Chart.tsx'
import { Select } from '../../../ui/index.ts'
import { isNumeric } from './cells.ts'
import styles from './Inspector.module.css'
import type { ShownRow } from './RowTable.tsx'

export function RowChart({
  fields,
  rows,
}: {
  fields: readonly Field[]
  rows: readonly ShownRow[]
}) {
  const { clock } = usePreferences()
  const numeric = fields.filter(isNumeric)
  const [name, setName] = useState(numeric[0]?.name ?? '')
  const index = fields.findIndex((field) => field.name === name)
  const points = useMemo(
    () =>
      rows
        .filter((row) => row.eventTime !== null && row.cells[index] !== null)
        .map((row) => ({ at: row.eventTime as number, value: Number(row.cells[index]) }))
        .sort((a, b) => a.at - b.at),
    [rows, index],
  )
  const series = useMemo(
    () => [
      {
        label: name,
        colour: '--accent',
        values: points.map((point) => point.value),
        format: formatCompact,
      },
    ],
    [points, name],
  )
  const times = useMemo(() => points.map((point) => point.at), [points])
  return (
    <div className={styles.chart}>
      <Select
        aria-label="Column to draw"
        mono
        value={name}
        options={numeric.map((field) => ({ value: field.name, label: field.name }))}
        onChange={setName}
      />
      <Chart
        label={`${name} over event time, ${points.length} rows`}
        times={times}
        series={series}
        height={220}
        points
        formatTime={(ms) => formatClock(ms, clock)}
      />
      <p style={{ color: 'var(--muted)', fontSize: 12 }}>Across: event time.</p>
    </div>
  )
}
