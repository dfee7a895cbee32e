/** `?`: every shortcut of the screen that is shown. */
import { useStore } from 'zustand'
import { allCommands, commandRegistry } from '../shortcuts/registry.ts'
import { Dialog, Kbd } from '../ui/index.ts'
import { groupBy } from './group-by.ts'
import { closeOverlay, overlay } from './palette.ts'
import styles from './ShortcutSheet.module.css'

export function ShortcutSheet() {
  const open = useStore(overlay, (state) => state.open === 'shortcuts')
  useStore(commandRegistry)
  const groups = groupBy(
    allCommands().filter((command) => command.keys?.length),
    (command) => command.group,
  )
  return (
    <Dialog open={open} onClose={closeOverlay} title="Keyboard shortcuts" wide reading>
      <div className={styles.groups}>
        {[...groups].map(([group, commands]) => (
          <section key={group} className={styles.group}>
            <h3>{group}</h3>
            {commands.map((command) => (
              <div key={command.id} className={styles.line}>
                {command.label}
                <span>
                  {command.keys?.map((keys) => (
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
