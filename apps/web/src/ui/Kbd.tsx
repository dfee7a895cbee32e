/** A key as printed on this machine's keyboard. */
import { printKeys } from '../shortcuts/keys.ts'
import styles from './Kbd.module.css'

export function Kbd({ keys }: { keys: string }) {
  return <kbd className={styles.kbd}>{printKeys(keys)}</kbd>
}
