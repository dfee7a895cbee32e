/** A modal dialog, and a drawer for details at the right; both trap focus and close with Escape. */
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useEffect, useState } from 'react'
import { IconButton } from './Button.tsx'
import { cx } from './cx.ts'
import styles from './Dialog.module.css'

export interface DialogProps {
  open: boolean
  onClose(): void
  title: string
  description?: ReactNode
  /** Buttons, the primary one last. */
  actions?: ReactNode
  wide?: boolean
  /** Long text without controls: the keyboard scrolls it. */
  reading?: boolean
  children?: ReactNode
}

export function Dialog(props: DialogProps) {
  return <Modal {...props} className={cx(styles.dialog, props.wide && styles.wide)} />
}

export function Drawer(props: Omit<DialogProps, 'wide'>) {
  return <Modal {...props} className={styles.drawer} />
}

/** Gives the focus back to where it was, also when the dialog is taken away at once. */
function useFocusReturn(open: boolean): void {
  const [before, setBefore] = useState<Element | null>(null)
  const [wasOpen, setWasOpen] = useState(false)
  if (open !== wasOpen) {
    setWasOpen(open)
    if (open) setBefore(document.activeElement)
  }
  useEffect(() => {
    if (!open) return
    return () => {
      setTimeout(() => {
        const lost = document.activeElement === null || document.activeElement === document.body
        if (lost && before instanceof HTMLElement && before.isConnected) before.focus()
      })
    }
  }, [open, before])
}

function Modal(props: DialogProps & { className: string }) {
  useFocusReturn(props.open)
  return (
    <Radix.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.scrim} />
        <Radix.Content
          className={props.className}
          {...(props.description ? {} : { 'aria-describedby': undefined })}
        >
          <div className={styles.head}>
            <Radix.Title className={styles.title}>{props.title}</Radix.Title>
            <Radix.Close asChild>
              {/* No tooltip: it has the focus when a dialog opens, and Escape would close the tooltip first. */}
              <IconButton label="Close" hint="" icon={<X size={16} />} />
            </Radix.Close>
          </div>
          {props.description && (
            <Radix.Description asChild>
              <div className={styles.description}>{props.description}</div>
            </Radix.Description>
          )}
          {props.children && (
            <div className={styles.body} tabIndex={props.reading ? 0 : undefined}>
              {props.children}
            </div>
          )}
          {props.actions && <div className={styles.foot}>{props.actions}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
