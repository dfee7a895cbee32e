/** A short text on hover and focus: what a control does, what a number means. */
import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { printKeys } from '../shortcuts/keys.ts'
import styles from './Tooltip.module.css'

export interface TooltipProps {
  content: ReactNode
  /** A shortcut, as in the registry: "Mod+Z". */
  keys?: string
  side?: 'top' | 'right' | 'bottom' | 'left'
  children: ReactNode
}

export const TooltipProvider = Radix.Provider

export function Tooltip({ content, keys, side = 'bottom', children }: TooltipProps) {
  if (!content) return children
  return (
    <Radix.Root delayDuration={350}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.content} side={side} sideOffset={5} collisionPadding={8}>
          {content}
          {keys && <kbd>{printKeys(keys)}</kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
