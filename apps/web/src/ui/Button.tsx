/** Buttons: plain, primary (one a screen), danger, quiet, link; an icon button takes its label as its name. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import styles from './Button.module.css'
import { cx } from './cx.ts'
import { Tooltip } from './Tooltip.tsx'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: 'plain' | 'primary' | 'danger' | 'quiet' | 'link'
  size?: 'normal' | 'small'
  icon?: ReactNode
  /** What it started is not done: a press does nothing, but the focus stays. */
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button({
  variant = 'plain',
  size = 'normal',
  icon,
  className,
  children,
  type = 'button',
  busy,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      {...rest}
      aria-disabled={busy || rest['aria-disabled']}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
      className={buttonClass(variant, size, className)}
    >
      {icon}
      {children}
    </button>
  )
}

/** The classes of a button, for links that look like one. */
export function buttonClass(
  variant: NonNullable<ButtonProps['variant']> = 'plain',
  size: NonNullable<ButtonProps['size']> = 'normal',
  className?: string,
): string {
  return cx(
    styles.button,
    variant !== 'plain' && styles[variant],
    size === 'small' && styles.small,
    className,
  )
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  /** The accessible name, also the tooltip. */
  label: string
  icon: ReactNode
  /** Says more than the name, in the tooltip. */
  hint?: string
  /** Shown in the tooltip. */
  keys?: string
}

export function IconButton({ label, icon, hint, keys, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip content={hint ?? label} keys={keys}>
      <Button aria-label={label} variant="quiet" {...rest} className={cx(styles.icon, className)}>
        {icon}
      </Button>
    </Tooltip>
  )
}
