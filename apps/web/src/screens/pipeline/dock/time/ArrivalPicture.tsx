/** Why a row was late: event time across, arrival down; the watermark is a staircase, windows are bands. */
import type { RecentDrop } from '@millrace/server'
import { useMemo } from 'react'
import { usePreferences } from '../../../../app/preferences.ts'
import { formatClock, formatDuration } from '../../../../format/index.ts'
import { type Arrival, horizonMs, type TooLate, tooLateOf } from './arrivals.ts'
import type { WatermarkStep, WindowRule } from './fates.ts'
import { clampedPlace, place, type Scale, ticks, tickText } from './scale.ts'
import styles from './Time.module.css'
import { useSize } from './useSize.ts'

const left = 66
const top = 24
const bottomMargin = 26
/** Late rows named in the picture; the rest are marked only. */
const namedMax = 3
/** More rows too late than this are drawn as a cloud, not as single marks. */
const singleMax = 40

export interface ArrivalPictureProps {
  arrivals: readonly Arrival[]
  steps: readonly WatermarkStep[]
  rule: WindowRule | null
  drops: readonly RecentDrop[]
  now: number
}

export function ArrivalPicture(props: ArrivalPictureProps) {
  const { arrivals, steps, rule, now } = props
  const [root, { width, height }] = useSize()
  const { clock } = usePreferences()
  const high = Math.max(140, height)
  const y = useMemo(() => downOf(props, high), [props, high])
  const tooLate = useMemo(() => tooLateOf(props.drops, y.low), [props.drops, y.low])
  const x = useMemo(() => acrossOf(props, tooLate, width), [props, tooLate, width])
  const marksX = ticks(x, Math.max(2, Math.floor((width - left) / 80)))
  const marksY = ticks(y, Math.max(2, Math.floor(high / 44)))
  const time = (at: number) => formatClock(at, clock)
  const late = arrivals.filter((arrival) => arrival.fate === 'late')
  return (
    <div ref={root} className={styles.side}>
      {width > 0 && (
        <svg width={width} height={high} role="img" aria-label={wordsOf(arrivals, late, tooLate)}>
          <clipPath id="arrivals">
            <rect
              x={left}
              y={top - 4}
              width={Math.max(0, width - left - 8)}
              height={high - top - bottomMargin + 8}
            />
          </clipPath>
          <g clipPath="url(#arrivals)">
            {rule && <Bands rule={rule} x={x} high={high} />}
            <path
              d={dots(arrivals, 'in-time', x, y)}
              stroke="var(--muted)"
              strokeWidth={2.2}
              strokeLinecap="round"
              opacity={0.65}
            />
            <path
              d={dots(arrivals, 'late', x, y)}
              stroke="var(--accent)"
              strokeWidth={7}
              strokeLinecap="round"
            />
            <path d={stairs(steps, now, x, y)} fill="none" stroke="var(--text)" strokeWidth={1.6} />
            {tooLate.map((mark) => (
              <Cross
                key={`${mark.key} ${mark.eventTime}`}
                x={place(x, mark.eventTime)}
                y={yOf(mark, y)}
                faint={tooLate.length > singleMax}
              />
            ))}
          </g>
          {marksX.map((mark) => (
            <text key={mark} x={place(x, mark)} y={14} textAnchor="middle">
              {tickText(mark, marksX, time)}
            </text>
          ))}
          {marksY.map((mark) => (
            <text key={mark} x={8} y={place(y, mark) + 4}>
              {time(mark)}
            </text>
          ))}
          <LateNames late={late} tooLate={tooLate} x={x} y={y} width={width} time={time} />
          {arrivals.length === 0 && (
            <text x={(width + left) / 2} y={high / 2} textAnchor="middle">
              No row has arrived since this was opened
            </text>
          )}
          <text x={8} y={high - 8}>
            arrival ↓ wall clock
          </text>
          <text x={width - 10} y={high - 8} textAnchor="end">
            event time →
          </text>
        </svg>
      )}
    </div>
  )
}

function Bands({ rule, x, high }: { rule: WindowRule; x: Scale; high: number }) {
  const first = Math.floor((x.low - rule.offsetMs) / rule.sizeMs) * rule.sizeMs + rule.offsetMs
  const count = Math.min(80, Math.ceil((x.high - first) / rule.sizeMs))
  return Array.from({ length: count }, (_, index) => {
    const start = first + index * rule.sizeMs
    const even = Math.round(start / rule.sizeMs) % 2 === 0
    return (
      <rect
        key={start}
        x={clampedPlace(x, start) + 1}
        y={top}
        width={Math.max(0, clampedPlace(x, start + rule.sizeMs) - clampedPlace(x, start) - 2)}
        height={high - top - bottomMargin}
        fill="var(--win)"
        opacity={even ? 0.11 : 0.05}
      />
    )
  })
}

function Cross({ x, y, faint }: { x: number; y: number; faint: boolean }) {
  return (
    <path
      d={`M${x - 4} ${y - 4}l8 8m0-8l-8 8`}
      stroke="var(--bad)"
      strokeWidth={faint ? 1 : 2}
      opacity={faint ? 0.5 : 1}
      fill="none"
    />
  )
}

function LateNames(props: {
  late: readonly Arrival[]
  tooLate: readonly TooLate[]
  x: Scale
  y: Scale
  width: number
  time(at: number): string
}) {
  const { x, y, width, time } = props
  const named = [
    ...props.tooLate.slice(-namedMax).map((mark) => ({
      key: `t${mark.eventTime} ${mark.key}`,
      className: styles.bad,
      px: place(x, mark.eventTime),
      py: yOf(mark, y),
      words: `✕ ${time(mark.eventTime)} too late by ${formatDuration(mark.missedByMs)}`,
    })),
    ...props.late.slice(-namedMax).map((arrival) => ({
      key: `l${arrival.eventTime} ${arrival.at}`,
      className: styles.accent,
      px: place(x, arrival.eventTime),
      py: place(y, arrival.at),
      words: `${time(arrival.eventTime)} late, counted again`,
    })),
  ].sort((a, b) => a.py - b.py)
  // Room for all of them above the foot, one line each.
  let last = Number.NEGATIVE_INFINITY
  return named.map((item, index) => {
    const lowest = y.to - 4 - (named.length - 1 - index) * 13
    const py = Math.max(Math.min(item.py, lowest), last + 13)
    last = py
    const right = item.px < width * 0.55
    return (
      <text
        key={item.key}
        x={
          right
            ? Math.max(left + 2, item.px + 9)
            : Math.max(left + widthOf(item.words), item.px - 9)
        }
        y={py + 4}
        textAnchor={right ? 'start' : 'end'}
        className={item.className}
      >
        {item.words}
      </text>
    )
  })
}

/** px that the words take at most, at 11 px. */
function widthOf(words: string): number {
  return words.length * 6.4
}

/** Every dot is a stroke without length: one element for thousands. */
function dots(arrivals: readonly Arrival[], fate: Arrival['fate'], x: Scale, y: Scale): string {
  let path = ''
  for (const arrival of arrivals)
    if (arrival.fate === fate)
      path += `M${place(x, arrival.eventTime).toFixed(1)} ${place(y, arrival.at).toFixed(1)}h0`
  return path || 'M0 0'
}

function stairs(steps: readonly WatermarkStep[], now: number, x: Scale, y: Scale): string {
  if (steps.length === 0) return 'M0 0'
  let path = `M${place(x, steps[0].watermark).toFixed(1)} ${place(y, steps[0].at).toFixed(1)}`
  for (const step of steps.slice(1))
    path += `V${place(y, step.at).toFixed(1)}H${place(x, step.watermark).toFixed(1)}`
  return `${path}V${place(y, now).toFixed(1)}`
}

function yOf(mark: TooLate, y: Scale): number {
  return clampedPlace(y, mark.at)
}

function acrossOf(props: ArrivalPictureProps, tooLate: readonly TooLate[], width: number): Scale {
  const { arrivals, steps, now } = props
  const since = now - horizonMs
  const shownSteps = steps.filter((step) => step.at >= since)
  const times = [
    ...shownSteps.map((step) => step.watermark),
    ...arrivals.map((arrival) => arrival.eventTime),
  ]
  const high = times.length > 0 ? max(times) : now
  const low = Math.min(times.length > 0 ? min(times) : now - 60_000, high - 10_000)
  const span = high - low
  const lateLow = tooLate.length > 0 ? min(tooLate.map((mark) => mark.eventTime)) : low
  return {
    low: Math.max(lateLow < low ? lateLow : low, low - 3 * span) - span * 0.03,
    high: high + span * 0.06,
    from: left,
    to: Math.max(left + 40, width - 10),
  }
}

function downOf(props: ArrivalPictureProps, high: number): Scale {
  const { arrivals, steps, drops, now } = props
  const first = Math.min(arrivals[0]?.at ?? now, steps[0]?.at ?? now, drops[0]?.at ?? now)
  const low = Math.max(now - horizonMs, Math.min(first, now - 10_000))
  return { low, high: now, from: top, to: high - bottomMargin }
}

function max(values: readonly number[]): number {
  return values.reduce((a, b) => (a > b ? a : b))
}

function min(values: readonly number[]): number {
  return values.reduce((a, b) => (a < b ? a : b))
}

function wordsOf(
  arrivals: readonly Arrival[],
  late: readonly Arrival[],
  tooLate: readonly TooLate[],
): string {
  return `Rows by event time and arrival: ${arrivals.length} shown, ${late.length} late and counted again, ${tooLate.length} too late.`
}
