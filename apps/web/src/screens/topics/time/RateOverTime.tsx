/** How many of the judged rows happened in each second, minute or hour: event time to the right. */
import type { TopicTime } from '@millrace/server'
import { useMemo } from 'react'
import { usePreferences } from '../../../app/preferences.ts'
import { formatClock, formatCompact, formatDuration, formatInstant } from '../../../format/index.ts'
import { place, type Scale, ticks, tickText } from '../../pipeline/dock/time/scale.ts'
import { useSize } from '../../pipeline/dock/time/useSize.ts'
import styles from './TopicTime.module.css'

const labelWidth = 96
const height = 132
const top = 12
const foot = 22

type Rate = NonNullable<TopicTime['rate']>

export function RateOverTime({ rate }: { rate: Rate }) {
  const [root, { width }] = useSize()
  const { clock } = usePreferences()
  const most = Math.max(...rate.rows)
  const x: Scale = useMemo(() => acrossOf(rate, width), [rate, width])
  const y = (rows: number) => height - foot - (rows / most) * (height - foot - top)
  const marks = ticks(x, Math.max(2, Math.floor((width - labelWidth) / 74)))
  const step = formatDuration(rate.stepMs)
  return (
    <section aria-label="Rows over event time">
      <h3>Judged rows over event time, per {step}</h3>
      <div ref={root}>
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={wordsOf(rate, step)}>
            {[most, most / 2].map((rows) => (
              <g key={rows}>
                <line x1={x.from} y1={y(rows)} x2={x.to} y2={y(rows)} stroke="var(--line)" />
                <text x={labelWidth - 8} y={y(rows) + 4} textAnchor="end">
                  {formatCompact(rows)}
                </text>
              </g>
            ))}
            {rate.rows.map((rows, index) => {
              const from = rate.from + index * rate.stepMs
              const left = place(x, from)
              return (
                <rect
                  key={from}
                  x={left}
                  y={y(rows)}
                  width={Math.max(1, place(x, from + rate.stepMs) - left - 1)}
                  height={height - foot - y(rows)}
                  fill="var(--accent)"
                  opacity={0.62}
                >
                  <title>{`${formatInstant(from, clock).slice(0, 19)}, ${step}: ${formatCompact(rows)} rows`}</title>
                </rect>
              )
            })}
            <line
              x1={x.from}
              y1={height - foot}
              x2={x.to}
              y2={height - foot}
              stroke="var(--ctl-strong)"
            />
            {marks.map((mark) => (
              <text key={mark} x={place(x, mark)} y={height - 7} textAnchor="middle">
                {tickText(mark, marks, (value) => formatClock(value, clock))}
              </text>
            ))}
          </svg>
        )}
      </div>
      <p className={styles.hint}>A gap here is a gap in what happened, not in when it arrived.</p>
    </section>
  )
}

function acrossOf(rate: Rate, width: number): Scale {
  const high = rate.from + rate.rows.length * rate.stepMs
  const margin = (high - rate.from) * 0.02
  return {
    low: rate.from - margin,
    high: high + margin,
    from: labelWidth,
    to: Math.max(labelWidth + 40, width - 14),
  }
}

function wordsOf(rate: Rate, step: string): string {
  const most = Math.max(...rate.rows)
  const empty = rate.rows.filter((rows) => rows === 0).length
  return `Judged rows per ${step} of event time: at most ${formatCompact(most)}, ${empty} of ${rate.rows.length} without rows.`
}
