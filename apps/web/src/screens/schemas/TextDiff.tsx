/** Two schema texts as one, with the lines that went and came. */
import { useMemo } from 'react'
import { plural } from '../../format/index.ts'
import { diffLines, withContext } from './line-diff.ts'
import styles from './Schemas.module.css'

const signs = { same: ' ', added: '+', removed: '−' }

export function TextDiff({
  before,
  after,
  label,
}: {
  before: string
  after: string
  label: string
}) {
  const lines = useMemo(() => withContext(diffLines(before, after)), [before, after])
  if (before === after) return <p className={styles.muted}>The texts are the same.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className={styles.text} aria-label={label} tabIndex={0}>
      <div className={styles.lines}>
        {lines.map((line, index) =>
          typeof line === 'number' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and do not move
            <div key={index} className={styles.skipped}>
              {plural(line, 'line')} unchanged
            </div>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and do not move
            <div key={index} className={styles.line} data-change={line.is}>
              <span className={styles.sign}>{signs[line.is]}</span>
              {line.text}
            </div>
          ),
        )}
      </div>
    </section>
  )
}
