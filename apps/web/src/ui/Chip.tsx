/** Small facts with a tone. Status always has colour, sign and word. */
import type { ReactNode, Ref } from 'react'
import styles from './Chip.module.css'
import { Tooltip } from './Tooltip.tsx'

export type Tone = 'plain' | 'ok' | 'warn' | 'bad' | 'accent'

const signs: Record<Tone, string | null> = {
  plain: null,
  ok: '✓',
  warn: '▲',
  bad: '✕',
  accent: null,
}

export interface ChipProps {
  tone?: Tone
  /** What the number means, on hover. */
  definition?: ReactNode
  onClick?(): void
  children: ReactNode
  ref?: Ref<HTMLElement>
}

export function Chip({ tone = 'plain', definition, onClick, children }: ChipProps) {
  const content = (
    <>
      {signs[tone] && <span aria-hidden>{signs[tone]}</span>}
      {children}
    </>
  )
  const chip = onClick ? (
    <button type="button" className={styles.chip} data-tone={tone} onClick={onClick}>
      {content}
    </button>
  ) : (
    <span className={styles.chip} data-tone={tone}>
      {content}
    </span>
  )
  return <Tooltip content={definition}>{chip}</Tooltip>
}

/** A state in words with its sign: "● Running". */
export function Status({
  tone,
  sign,
  children,
}: {
  tone: Tone
  sign?: string
  children: ReactNode
}) {
  const shown = sign ?? (tone === 'ok' ? '●' : (signs[tone] ?? '○'))
  return (
    <span className={styles.status} data-tone={tone}>
      <span aria-hidden>{shown}</span>
      {children}
    </span>
  )
}
