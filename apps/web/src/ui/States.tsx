/** What a place shows when it has no rows: an empty state that teaches, an error with Retry, and waiting. */
import { type ReactNode, useEffect, useState } from 'react'
import { Button } from './Button.tsx'
import styles from './States.module.css'

export interface EmptyStateProps {
  icon?: ReactNode
  title: string
  children?: ReactNode
  actions?: ReactNode
}

export function EmptyState({ icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className={styles.state}>
      {icon}
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.text}>{children}</div>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}

export interface ErrorStateProps {
  /** What could not be done: "Could not read the topics". */
  title: string
  error: unknown
  onRetry?(): void
}

export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  const message = error instanceof Error ? error.message : String(error)
  return (
    <div className={styles.state} role="alert">
      <p className={`${styles.title} ${styles.bad}`}>✕ {title}</p>
      <div className={styles.text}>{message}</div>
      {onRetry && (
        <div className={styles.actions}>
          <Button onClick={onRetry}>Retry</Button>
        </div>
      )}
    </div>
  )
}

/** Says what it waits for; shows nothing for the first 200 ms. */
export function Loading({ what }: { what: string }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 200)
    return () => clearTimeout(timer)
  }, [])
  if (!shown) return <div className={styles.state} aria-busy />
  return (
    <div className={styles.state} role="status">
      <span className={styles.spinner} aria-hidden />
      <span>{what}</span>
    </div>
  )
}
