/** `?`: every shortcut of the screen that is shown. */
import { Link } from 'wouter'
import { useStore } from 'zustand'
import { bindings, keysOf } from '../shortcuts/bindings.ts'
import { commandRegistry } from '../shortcuts/registry.ts'
import { allShortcuts } from '../shortcuts/shortcuts.ts'
import { buttonClass, Dialog, Kbd } from '../ui/index.ts'
import { groupBy } from './group-by.ts'
import { paths } from './navigation.ts'
import { closeOverlay, overlay } from './palette.ts'
import styles from './ShortcutSheet.module.css'

export function ShortcutSheet() {
  const open = useStore(overlay, (state) => state.open === 'shortcuts')
  const onPipeline = useStore(commandRegistry, (state) => state.scopes.has('canvas'))
  useStore(bindings)
  const groups = groupBy(
    allShortcuts.filter((shortcut) => onPipeline || !shortcut.pipeline),
    (shortcut) => shortcut.group,
  )
  return (
    <Dialog
      open={open}
      onClose={closeOverlay}
      title="Keyboard shortcuts"
      wide
      reading
      actions={
        <Link
          href={paths.settings('shortcuts')}
          className={buttonClass('plain')}
          onClick={closeOverlay}
        >
          Change them…
        </Link>
      }
    >
      <div className={styles.groups}>
        {[...groups].map(([group, shortcuts]) => (
          <section key={group} className={styles.group}>
            <h3>{group}</h3>
            {shortcuts.map((shortcut) => (
              <div key={shortcut.id} className={styles.line}>
                {shortcut.label}
                <span>
                  {keysOf(shortcut).map((keys) => (
                    <Kbd key={keys} keys={keys} />
                  ))}
                </span>
              </div>
            ))}
          </section>
        ))}
      </div>
    </Dialog>
  )
}
