/** All shortcuts, to be found by command or key, and bound anew. */
import { type KeyboardEvent, useState } from 'react'
import { groupBy } from '../../app/group-by.ts'
import { setPreferences, usePreferences } from '../../app/preferences.ts'
import { keysOf, refusalOf } from '../../shortcuts/bindings.ts'
import { keysOfEvent, printKeys } from '../../shortcuts/keys.ts'
import { allShortcuts, type Shortcut, type ShortcutId } from '../../shortcuts/shortcuts.ts'
import { Button, Input, Kbd } from '../../ui/index.ts'
import styles from './Settings.module.css'

type Listed = Shortcut & { id: ShortcutId }

export function Shortcuts() {
  const { shortcuts: bound } = usePreferences()
  const [search, setSearch] = useState('')
  const words = search.trim().toLowerCase()
  const found = allShortcuts.filter((each) => textOf(each).includes(words))
  const changed = Object.keys(bound).length
  return (
    <section aria-labelledby="shortcuts">
      <h2 id="shortcuts">Keyboard shortcuts</h2>
      <div className={styles.row}>
        <Input
          className={styles.search}
          type="search"
          aria-label="Filter shortcuts"
          placeholder="Filter by command or key"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        {changed > 0 && (
          <Button onClick={() => setPreferences({ shortcuts: {} })}>
            Reset all {changed} changed
          </Button>
        )}
      </div>
      {found.length === 0 && <p className={styles.hint}>No command and no key matches.</p>}
      {[...groupBy(found, (each) => each.group)].map(([group, shortcuts]) => (
        <div key={group} className={styles.shortcuts}>
          <h3>
            {group}
            {shortcuts[0].pipeline ? ', in a pipeline' : ''}
          </h3>
          <ul>
            {shortcuts.map((shortcut) => (
              <ShortcutLine key={shortcut.id} shortcut={shortcut} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

function textOf(shortcut: Listed): string {
  return `${shortcut.label} ${keysOf(shortcut).map(printKeys).join(' ')}`.toLowerCase()
}

function bind(id: ShortcutId, keys: readonly string[] | null, bound: Record<string, string[]>) {
  const { [id]: _, ...others } = bound
  setPreferences({ shortcuts: keys ? { ...others, [id]: [...keys] } : others })
}

function ShortcutLine({ shortcut }: { shortcut: Listed }) {
  const { shortcuts: bound } = usePreferences()
  const { id, label } = shortcut
  const [asks, setAsks] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  const stop = () => {
    setAsks(false)
    setRefusal(undefined)
  }
  const capture = (event: KeyboardEvent) => {
    // Tab leads on, and leaving ends the question.
    if (!asks || event.key === 'Tab') return
    event.preventDefault()
    if (event.key === 'Escape') return stop()
    const keys = keysOfEvent(event.nativeEvent)
    if (keys === undefined) return
    const refused = refusalOf(id, keys)
    if (refused) return setRefusal(refused)
    bind(id, shortcut.keys.includes(keys) ? null : [keys], bound)
    stop()
  }
  return (
    <li className={styles.shortcut}>
      <span>{label}</span>
      <span className={styles.keys}>
        {keysOf(shortcut).map((keys) => (
          <Kbd key={keys} keys={keys} />
        ))}
      </span>
      <span className={styles.change}>
        {shortcut.fixed && <span className={styles.hint}>fixed</span>}
        {bound[id] && (
          <Button
            size="small"
            variant="link"
            aria-label={`Reset ${label}`}
            onClick={() => bind(id, null, bound)}
          >
            Reset
          </Button>
        )}
        {!shortcut.fixed && (
          <Button
            size="small"
            aria-label={asks ? `Press the new keys of ${label}` : `Change ${label}`}
            aria-pressed={asks}
            onClick={() => setAsks(true)}
            onKeyDown={capture}
            onBlur={stop}
          >
            {asks ? 'Press keys…' : 'Change'}
          </Button>
        )}
      </span>
      {refusal && (
        <span className={styles.refusal} role="alert">
          ✕ {refusal}
        </span>
      )}
    </li>
  )
}
