/** Tabs with counts; arrow keys move, the panel of the active one is mounted. */
import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './Tabs.module.css'

export interface TabItem {
  id: string
  label: string
  count?: number
  tone?: 'bad' | 'warn'
  content: ReactNode
}

export interface TabsProps {
  label: string
  items: readonly TabItem[]
  value: string
  onChange(id: string): void
  /** At the right end of the tab row. */
  end?: ReactNode
}

export function Tabs({ label, items, value, onChange, end }: TabsProps) {
  return (
    <Radix.Root className={styles.root} value={value} onValueChange={onChange}>
      <div style={{ display: 'flex', minWidth: 0, position: 'relative' }}>
        <Radix.List className={styles.list} aria-label={label} style={{ flex: 1, minWidth: 0 }}>
          {items.map((item) => (
            <Radix.Trigger key={item.id} value={item.id} className={styles.tab}>
              {item.label}
              {item.count !== undefined && item.count > 0 && (
                <span className={styles.badge} data-tone={item.tone}>
                  {item.count > 999 ? '999+' : item.count}
                </span>
              )}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {end && (
          <div
            className={styles.end}
            style={{ borderBottom: '1px solid var(--line)', paddingRight: 10 }}
          >
            {end}
          </div>
        )}
      </div>
      {items.map((item) => (
        <Radix.Content key={item.id} value={item.id} className={styles.panel}>
          {item.id === value ? item.content : null}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
