/** A menu of actions behind a button. */
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { printKeys } from '../shortcuts/keys.ts'
import styles from './Menu.module.css'

export interface MenuItem {
  id: string
  label: string
  icon?: ReactNode
  hint?: string
  keys?: string
  danger?: boolean
  disabled?: boolean
  onSelect(): void
}

export interface MenuSection {
  label?: string
  items: readonly MenuItem[]
}

export interface MenuProps {
  /** The button that opens it; must take a ref. */
  trigger: ReactNode
  /** Accessible name of the menu. */
  label: string
  sections: readonly MenuSection[]
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
  open?: boolean
  onOpenChange?(open: boolean): void
}

export function Menu({
  trigger,
  label,
  sections,
  align = 'start',
  side = 'bottom',
  open,
  onOpenChange,
}: MenuProps) {
  const filled = sections.filter((section) => section.items.length > 0)
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={styles.content}
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
        >
          {filled.map((section, index) => (
            <Radix.Group key={section.label ?? section.items[0].id}>
              {index > 0 && <Radix.Separator className={styles.separator} />}
              {section.label && <Radix.Label className={styles.label}>{section.label}</Radix.Label>}
              {section.items.map((item) => (
                <Entry key={item.id} item={item} />
              ))}
            </Radix.Group>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Entry({ item }: { item: MenuItem }) {
  return (
    <Radix.Item
      className={styles.item}
      data-danger={item.danger || undefined}
      disabled={item.disabled}
      onSelect={item.onSelect}
    >
      {item.icon}
      <span>
        {item.label}
        {item.hint && <span className={styles.hint}>{item.hint}</span>}
      </span>
      {item.keys && <span className={styles.keys}>{printKeys(item.keys)}</span>}
    </Radix.Item>
  )
}
