/** How far rows lie behind the newest one of their partition when they arrive: a distribution. */
import type { TopicTime } from '@millrace/server'
import { formatCount, formatDuration, formatShare, plural } from '../../../format/index.ts'
import styles from './TopicTime.module.css'

export function Disorder({ time }: { time: TopicTime }) {
  const { inOrder, bands } = time.disorder
  const late = bands.reduce((sum, { records }) => sum + records, 0)
  const most = Math.max(1, ...bands.map(({ records }) => records))
  return (
    <section aria-label="Disorder">
      <h3>Disorder on arrival, against the newest row of the partition</h3>
      <p className={styles.lead}>
        {late === 0
          ? `Every one of ${plural(inOrder, 'row')} came in order.`
          : `${plural(inOrder, 'row')} of ${formatCount(inOrder + late)} came in order, ${formatCount(late)} (${formatShare(late / (inOrder + late))}) behind by:`}
      </p>
      {bands.length > 0 && (
        <table className={styles.bands}>
          <thead className={styles.hidden}>
            <tr>
              <th scope="col">Behind by at most</th>
              <th scope="col">Share</th>
              <th scope="col">Rows</th>
              <th scope="col">Delay</th>
            </tr>
          </thead>
          <tbody>
            {bands.map(({ upToMs, records }, index) => (
              <tr key={upToMs}>
                <th scope="row">≤ {formatDuration(upToMs)}</th>
                <td>
                  <i style={{ width: `${(records / most) * 100}%` }} />
                </td>
                <td className={styles.number}>{formatCount(records)}</td>
                <td className={styles.marks}>
                  {markWords(time.delays, bands[index - 1]?.upToMs ?? 0, upToMs)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

/** 0.999 → "99.9 %". */
export function shareText(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`
}

/** "◂ 99, 99.9 %": the delays that lie in the band. */
function markWords(delays: TopicTime['delays'], above: number, upTo: number): string {
  const found = delays.filter(
    ({ delayMs }) => delayMs !== null && delayMs > above && delayMs <= upTo,
  )
  const shares = found.map(({ share }) => shareText(share).replace(' %', ''))
  return shares.length === 0 ? '' : `◂ ${shares.join(', ')} %`
}
