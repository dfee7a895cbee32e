/** The ruler: event time to the right, a bar per partition, the watermark a line, now a dashed line, windows below. */
import { useMemo } from 'react'
import { usePreferences } from '../../../../app/preferences.ts'
import { formatClock, formatDuration } from '../../../../format/index.ts'
import type { ShownWindow, TimeFacts } from './facts.ts'
import { clampedPlace, type Scale, ticks, tickText } from './scale.ts'
import styles from './Time.module.css'
import { useSize } from './useSize.ts'

const labelWidth = 96
const rowHeight = 16
const top = 34
const windowHeight = 19

const windowWords: Record<ShownWindow['state'], string> = {
  open: 'open',
  fired: 'fired, takes late rows',
  final: 'final',
}

export function Ruler({ facts }: { facts: TimeFacts }) {
  const [root, { width }] = useSize()
  const { clock } = usePreferences()
  const { partitions, windows, watermark } = facts
  const scale = useMemo(() => scaleOf(facts, width), [facts, width])
  const windowsTop = top + partitions.length * rowHeight + 14
  const bottom = windowsTop + windows.length * windowHeight + 4
  const at = (value: number) => clampedPlace(scale, value)
  const marks = ticks(scale, Math.max(2, Math.floor((width - labelWidth) / 74)))
  const nowShown = facts.now >= scale.low && facts.now <= scale.high
  return (
    <div ref={root} className={styles.side}>
      {width > 0 && (
        <svg
          width={width}
          height={bottom + 22}
          role="img"
          aria-label={wordsOf(facts, (t) => formatClock(t, clock))}
        >
          {marks.map((mark) => (
            <g key={mark}>
              <line x1={at(mark)} y1={22} x2={at(mark)} y2={bottom} stroke="var(--line)" />
              <text x={at(mark)} y={14} textAnchor="middle">
                {tickText(mark, marks, (t) => formatClock(t, clock))}
              </text>
            </g>
          ))}
          {partitions.map((partition, index) => (
            <PartitionBar
              key={partition.partition}
              partition={partition}
              y={top + index * rowHeight}
              scale={scale}
              holds={partition.partition === facts.holder}
            />
          ))}
          {windows.length > 0 && (
            <text x={10} y={windowsTop + 4}>
              windows
            </text>
          )}
          {windows.map((window, index) => (
            <WindowBar
              key={window.start}
              window={window}
              y={windowsTop + index * windowHeight}
              scale={scale}
            />
          ))}
          {watermark !== null && (
            <>
              <line
                x1={at(watermark)}
                y1={20}
                x2={at(watermark)}
                y2={bottom + 4}
                stroke="var(--text)"
                strokeWidth={1.6}
              />
              <text
                x={at(watermark) - 4}
                y={bottom + 17}
                textAnchor={at(watermark) > labelWidth + 130 ? 'end' : 'start'}
                className={styles.strong}
              >
                watermark {formatClock(watermark, clock)}
              </text>
            </>
          )}
          {nowShown && (
            <line
              x1={at(facts.now)}
              y1={20}
              x2={at(facts.now)}
              y2={bottom + 4}
              stroke="var(--muted)"
              strokeDasharray="2 3"
            />
          )}
          <text x={width - 6} y={bottom + 17} textAnchor="end">
            now {formatClock(facts.now, clock)}
            {nowShown ? '' : `, ${formatDuration(facts.now - scale.high)} further`}
          </text>
        </svg>
      )}
    </div>
  )
}

function PartitionBar(props: {
  partition: TimeFacts['partitions'][number]
  y: number
  scale: Scale
  holds: boolean
}) {
  const { partition, y, scale, holds } = props
  const { maxEventTime, watermark, idle } = partition
  const end = maxEventTime === null ? scale.from : clampedPlace(scale, maxEventTime)
  return (
    <g>
      <text x={10} y={y + 4} className={holds ? styles.warn : undefined}>
        partition {partition.partition}
        {holds ? ' ▲' : ''}
      </text>
      <rect
        x={scale.from}
        y={y - 4}
        width={Math.max(0, end - scale.from)}
        height={8}
        rx={2}
        fill={idle ? 'none' : holds ? 'var(--warn)' : 'var(--accent)'}
        stroke={idle ? 'var(--ctl-strong)' : 'none'}
        strokeDasharray={idle ? '2 2' : undefined}
        opacity={holds || idle ? 0.95 : 0.34}
      />
      {watermark !== null && watermark >= scale.low && (
        <line
          x1={clampedPlace(scale, watermark)}
          x2={clampedPlace(scale, watermark)}
          y1={y - 5}
          y2={y + 5}
          stroke={holds ? 'var(--warn)' : 'var(--accent)'}
          strokeWidth={1.5}
        />
      )}
      {(idle || maxEventTime === null) && (
        <text x={Math.min(end + 6, scale.to - 70)} y={y + 4}>
          {maxEventTime === null ? 'no rows yet' : 'idle'}
        </text>
      )}
    </g>
  )
}

function WindowBar({ window, y, scale }: { window: ShownWindow; y: number; scale: Scale }) {
  const from = clampedPlace(scale, window.start) + 1
  const to = clampedPlace(scale, window.end) - 1
  const words = windowWords[window.state]
  const fits = to - from > words.length * 6 + 10
  return (
    <g>
      <rect
        x={from}
        y={y - 8}
        width={Math.max(2, to - from)}
        height={15}
        rx={3}
        fill={
          window.state === 'final' ? 'color-mix(in oklab, var(--win) 12%, transparent)' : 'none'
        }
        stroke="var(--win)"
        strokeDasharray={window.state === 'open' ? '3 3' : undefined}
      />
      <text
        x={fits ? from + 6 : from - 4}
        y={y + 3.5}
        textAnchor={fits ? 'start' : 'end'}
        style={{ fill: 'var(--text)' }}
      >
        {words}
      </text>
    </g>
  )
}

function scaleOf(facts: TimeFacts, width: number): Scale {
  const times = facts.partitions
    .flatMap((partition) => [partition.maxEventTime, partition.watermark])
    .filter((time) => time !== null)
  const high = Math.max(
    ...times,
    ...facts.windows.map((window) => window.end),
    facts.watermark ?? Number.NEGATIVE_INFINITY,
  )
  const low = Math.min(
    ...times,
    ...facts.windows.map((window) => window.start),
    facts.watermark ?? Number.POSITIVE_INFINITY,
  )
  const known = Number.isFinite(high) && Number.isFinite(low)
  const last = known ? high : facts.now
  const span = Math.max(10_000, known ? last - low : 60_000)
  // "Now" belongs in the picture as long as it does not push the rest into a corner.
  const withNow = facts.now > last && facts.now - last < span ? facts.now : last
  return {
    low: (known ? low : facts.now - 60_000) - span * 0.04,
    high: withNow + span * 0.05,
    from: labelWidth,
    to: Math.max(labelWidth + 40, width - 14),
  }
}

function wordsOf(facts: TimeFacts, clock: (at: number) => string): string {
  const watermark =
    facts.watermark === null ? 'no watermark yet' : `watermark ${clock(facts.watermark)}`
  const bars = facts.partitions.map(
    (partition) =>
      `partition ${partition.partition} ${partition.maxEventTime === null ? 'without rows' : `read to ${clock(partition.maxEventTime)}`}${partition.idle ? ', idle' : ''}`,
  )
  return `Event time of ${facts.source}: ${watermark}; ${bars.join('; ')}. ${facts.cause?.words ?? ''}`
}
