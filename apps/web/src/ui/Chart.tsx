/** A line chart over time on uPlot, in the tokens' colours; redraws in place when data come. */
import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import styles from './Chart.module.css'

export interface Series {
  label: string
  /** A token's name: "--accent". */
  colour: string
  values: readonly (number | null)[]
  format(value: number): string
}

export interface ChartProps {
  /** What it shows, for readers that cannot see it. */
  label: string
  /** ms since the epoch. */
  times: readonly number[]
  series: readonly Series[]
  height?: number
  /** Points instead of lines, for rows that come unevenly. */
  points?: boolean
  formatTime(ms: number): string
}

export function Chart({ label, times, series, height = 120, points, formatTime }: ChartProps) {
  const root = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const shape = series.map((item) => `${item.label} ${item.colour}`).join('|')
  const latest = useRef({ series, formatTime })
  latest.current = { series, formatTime }
  // biome-ignore lint/correctness/useExhaustiveDependencies: data go in by the next effect; only another shape needs another plot
  useEffect(() => {
    const element = root.current
    if (!element) return
    const make = () => {
      plot.current?.destroy()
      const options = optionsFor(element, latest.current, { height, points: points ?? false })
      plot.current = new uPlot(options, dataOf(times, latest.current.series), element)
    }
    make()
    const resize = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height }),
    )
    resize.observe(element)
    const scheme = window.matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', make)
    const theme = new MutationObserver(make)
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      resize.disconnect()
      theme.disconnect()
      scheme.removeEventListener('change', make)
      plot.current?.destroy()
      plot.current = null
    }
  }, [shape, height, points])
  useEffect(() => {
    plot.current?.setData(dataOf(times, series))
  }, [times, series])
  return <div ref={root} className={styles.chart} role="img" aria-label={label} />
}

function dataOf(times: readonly number[], series: readonly Series[]): uPlot.AlignedData {
  return [
    times.map((ms) => ms / 1000),
    ...series.map((item) => [...item.values]),
  ] as uPlot.AlignedData
}

/** A token as the colour it is now; canvases do not know custom properties. */
export function resolveColour(element: HTMLElement, token: string): string {
  const probe = element.appendChild(document.createElement('span'))
  probe.style.color = `var(${token})`
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}

function optionsFor(
  element: HTMLElement,
  latest: { series: readonly Series[]; formatTime(ms: number): string },
  look: { height: number; points: boolean },
): uPlot.Options {
  const [line, muted] = ['--line', '--muted'].map((token) => resolveColour(element, token))
  const font = '11px Inter Variable, Inter, sans-serif'
  const grid = { stroke: line, width: 1 }
  const [first] = latest.series
  return {
    width: Math.max(120, element.clientWidth),
    height: look.height,
    padding: [8, 8, 0, 0],
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { show: latest.series.length > 1, live: true },
    scales: {
      x: { time: true },
      y: { range: (_plot, _low, high) => [0, Math.max(1e-9, high * 1.1)] },
    },
    axes: [
      {
        stroke: muted,
        grid,
        ticks: { show: false },
        font,
        size: 22,
        values: (_plot, splits) => splits.map((second) => latest.formatTime(second * 1000)),
      },
      {
        stroke: muted,
        grid,
        ticks: { show: false },
        font,
        size: 58,
        values: (_plot, splits) => splits.map((value) => first?.format(value) ?? String(value)),
      },
    ],
    series: [
      {
        label: 'time',
        value: (_plot, second) => (second === null ? '' : latest.formatTime(second * 1000)),
      },
      ...latest.series.map((item) => {
        const stroke = resolveColour(element, item.colour)
        return {
          label: item.label,
          stroke,
          width: look.points ? 0 : 1.6,
          points: { show: look.points, size: 4, fill: stroke },
          value: (_plot: uPlot, value: number | null) =>
            value === null ? '–' : item.format(value),
        }
      }),
    ],
  }
}
