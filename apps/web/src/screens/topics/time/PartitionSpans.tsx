/** The ruler of a topic: event time to the right, a bar per partition from its oldest to its newest row. */
import type { TopicTime } from '@millrace/server'
import { useMemo } from 'react'
import { usePreferences } from '../../../app/preferences.ts'
import { formatClock, formatDuration, formatInstant, plural } from '../../../format/index.ts'
import { clampedPlace, type Scale, ticks, tickText } from '../../pipeline/dock/time/scale.ts'
import { useSize } from '../../pipeline/dock/time/useSize.ts'
import styles from './TopicTime.module.css'

const labelWidth = 96
const rowHeight = 20
const top = 34

type Partition = TopicTime['partitions'][number]

export function PartitionSpans({ time }: { time: TopicTime }) {
  const [root, { width }] = useSize()
  const { clock } = usePreferences()
  const scale = useMemo(() => scaleOf(time.partitions, width), [time.partitions, width])
  const newest = Math.max(...time.partitions.flatMap(({ span }) => (span ? [span.to] : [])))
  const bottom = top + time.partitions.length * rowHeight
  const at = (value: number) => clampedPlace(scale, value)
  const marks = ticks(scale, Math.max(2, Math.floor((width - labelWidth) / 74)))
  const instant = (value: number) => formatInstant(value, clock)
  return (
    <section aria-label="Event time by partition">
      <h3>Event time of each partition, oldest to newest row</h3>
      <div ref={root}>
        {width > 0 && (
          <svg width={width} height={bottom + 22} role="img" aria-label={wordsOf(time, instant)}>
            {marks.map((mark) => (
              <g key={mark}>
                <line x1={at(mark)} y1={22} x2={at(mark)} y2={bottom} stroke="var(--line)" />
                <text x={at(mark)} y={14} textAnchor="middle">
                  {tickText(mark, marks, (value) => formatClock(value, clock))}
                </text>
              </g>
            ))}
            {time.partitions.map((partition, index) => (
              <Bar
                key={partition.partition}
                partition={partition}
                y={top + index * rowHeight}
                scale={scale}
                newest={newest}
                words={barWords(partition, instant)}
              />
            ))}
            {Number.isFinite(newest) && (
              <>
                <line
                  x1={at(newest)}
                  y1={20}
                  x2={at(newest)}
                  y2={bottom + 4}
                  stroke="var(--text)"
                  strokeWidth={1.6}
                />
                <text x={at(newest)} y={bottom + 17} textAnchor="end" className={styles.strong}>
                  newest {instant(newest)}
                </text>
              </>
            )}
          </svg>
        )}
      </div>
    </section>
  )
}

function Bar(props: {
  partition: Partition
  y: number
  scale: Scale
  newest: number
  words: string
}) {
  const { partition, y, scale, newest, words } = props
  const { span, sampledSpan } = partition
  const behind = span ? newest - span.to : 0
  return (
    <g>
      <title>{words}</title>
      <text x={10} y={y + 4}>
        partition {partition.partition}
      </text>
      {!span && (
        <text x={scale.from + 4} y={y + 4}>
          {partition.kept === 0 ? 'no rows' : 'no row with a time'}
        </text>
      )}
      {span && <Stretch span={span} y={y} scale={scale} opacity={0.24} />}
      {sampledSpan && <Stretch span={sampledSpan} y={y} scale={scale} opacity={0.62} />}
      {span && behind > (scale.high - scale.low) * 0.12 && (
        <text x={clampedPlace(scale, span.to) + 6} y={y + 4}>
          {formatDuration(behind)} behind
        </text>
      )}
    </g>
  )
}

function Stretch(props: {
  span: { from: number; to: number }
  y: number
  scale: Scale
  opacity: number
}) {
  const from = clampedPlace(props.scale, props.span.from)
  const to = clampedPlace(props.scale, props.span.to)
  return (
    <rect
      x={from}
      y={props.y - 5}
      width={Math.max(2, to - from)}
      height={10}
      rx={2}
      fill="var(--accent)"
      opacity={props.opacity}
    />
  )
}

function scaleOf(partitions: readonly Partition[], width: number): Scale {
  const spans = partitions.flatMap(({ span }) => (span ? [span] : []))
  const low = Math.min(...spans.map(({ from }) => from))
  const high = Math.max(...spans.map(({ to }) => to))
  const known = Number.isFinite(low) && Number.isFinite(high)
  const margin = Math.max(500, known ? (high - low) * 0.02 : 0)
  return {
    low: (known ? low : 0) - margin,
    high: (known ? high : 0) + margin,
    from: labelWidth,
    to: Math.max(labelWidth + 40, width - 14),
  }
}

function barWords({ partition, kept, span }: Partition, instant: (at: number) => string): string {
  if (!span) return `Partition ${partition}: ${kept === 0 ? 'no rows' : 'no row with a time'}`
  return `Partition ${partition}: ${plural(kept, 'row')}, event time ${instant(span.from)} to ${instant(span.to)}`
}

function wordsOf(time: TopicTime, instant: (at: number) => string): string {
  return time.partitions.map((each) => barWords(each, instant)).join('. ')
}
