/** The history as lanes over the wall clock: runs with their versions, failures, failed checkpoints, rows behind. */
import { usePreferences } from '../../../../app/preferences.ts'
import { formatClock, formatCompact } from '../../../../format/index.ts'
import { clampedPlace, type Scale, ticks, tickText } from '../time/scale.ts'
import timeStyles from '../time/Time.module.css'
import { useSize } from '../time/useSize.ts'
import type { Lanes } from './lanes.ts'

const labelWidth = 128
const top = 20
const laneHeight = 20
const barHeight = 10
const behindHeight = 34
/** A bar narrower than this has no room for its version, px. */
const labelledBarPx = 26
const laneTitles = ['runs', 'failures', 'failed checkpoints', 'rows behind']

const barColours: Record<string, string> = {
  running: 'var(--accent)',
  failed: 'var(--bad)',
  interrupted: 'var(--warn)',
}

export function RunLanes({ lanes }: { lanes: Lanes }) {
  const [root, { width }] = useSize()
  const { clock } = usePreferences()
  const scale: Scale = { low: lanes.low, high: lanes.high, from: labelWidth, to: width - 24 }
  const at = (value: number) => clampedPlace(scale, value)
  const middle = (lane: number) => top + lane * laneHeight + laneHeight / 2
  const floor = top + 3 * laneHeight + behindHeight
  const marks = ticks(scale, Math.max(2, Math.floor((width - labelWidth) / 90)))
  return (
    <div ref={root} className={timeStyles.side}>
      {width > 0 && (
        <svg width={width} height={floor + 8} role="img" aria-label={wordsOf(lanes)}>
          {marks.map((mark) => (
            <g key={mark}>
              <line x1={at(mark)} y1={top} x2={at(mark)} y2={floor} stroke="var(--line)" />
              <text x={at(mark)} y={13} textAnchor="middle">
                {tickText(mark, marks, (t) => formatClock(t, clock))}
              </text>
            </g>
          ))}
          {laneTitles.map((title, lane) => (
            <text key={title} x={18} y={middle(lane) + 4}>
              {title}
            </text>
          ))}
          {lanes.runs.map((run) => {
            const x = at(run.from)
            const barWidth = Math.max(2, at(run.to) - x)
            return (
              <g key={run.run}>
                <title>{`Run ${run.run}, version ${run.version}: ${run.end ?? 'running'}`}</title>
                <rect
                  x={x}
                  y={middle(0) - barHeight / 2}
                  width={barWidth}
                  height={barHeight}
                  rx={2}
                  fill={barColours[run.end ?? 'running'] ?? 'var(--muted)'}
                  fillOpacity={0.35}
                />
                {barWidth >= labelledBarPx && (
                  <text x={x + 5} y={middle(0) + 4} className={timeStyles.strong}>
                    v{run.version}
                  </text>
                )}
              </g>
            )
          })}
          {lanes.restarts.map((restart) => (
            <text
              key={`${restart.at} ${restart.words}`}
              x={at(restart.at)}
              y={middle(1) + 4}
              textAnchor="middle"
              className={timeStyles.bad}
            >
              ✕<title>{`${formatClock(restart.at, clock)} ${restart.words}`}</title>
            </text>
          ))}
          {lanes.failedCheckpoints.map((minute) => (
            <text
              key={minute.at}
              x={at(minute.at)}
              y={middle(2) + 4}
              textAnchor="middle"
              className={timeStyles.warn}
            >
              {minute.count}
              <title>{`${minute.count} failed in the minute of ${formatClock(minute.at, clock)}`}</title>
            </text>
          ))}
          {lanes.behind.map((piece) => (
            <path
              key={piece[0].at}
              d={areaOf(piece, at, floor, lanes.rowsBehindMost)}
              fill="var(--accent)"
              fillOpacity={0.18}
              stroke="var(--accent)"
            />
          ))}
          {lanes.rowsBehindMost > 0 && (
            <text x={18} y={middle(3) + 18}>
              at most {formatCompact(lanes.rowsBehindMost)}
            </text>
          )}
        </svg>
      )}
    </div>
  )
}

function areaOf(
  piece: Lanes['behind'][number],
  at: (time: number) => number,
  floor: number,
  most: number,
): string {
  const height = (rows: number) => floor - (rows / Math.max(1, most)) * (behindHeight - 6)
  const line = piece.map((point) => `L${at(point.at)} ${height(point.rows)}`).join('')
  return `M${at(piece[0].at)} ${floor}${line}L${at(piece[piece.length - 1].at)} ${floor}Z`
}

function wordsOf(lanes: Lanes): string {
  const failed = lanes.failedCheckpoints.reduce((sum, minute) => sum + minute.count, 0)
  return `History: ${lanes.runs.length} runs, ${lanes.restarts.length} failures, ${failed} failed checkpoints, at most ${lanes.rowsBehindMost} rows behind`
}
