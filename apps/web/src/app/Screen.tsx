/** The frame of every screen: where you are, facts, actions, and below it the content. */
import { Search } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { Link } from 'wouter'
import { Keys } from '../shortcuts/Keys.tsx'
import { Button } from '../ui/index.ts'
import { openPalette } from './palette.ts'
import styles from './Screen.module.css'

export interface Crumb {
  label: string
  /** The last crumb has none. */
  path?: string
}

export interface ScreenProps {
  crumbs: readonly Crumb[]
  /** Replaces the last crumb, for a name that can be edited in place. */
  title?: ReactNode
  /** Chips between the name and the actions. */
  facts?: ReactNode
  /** Buttons at the right, the primary one last. */
  actions?: ReactNode
  children: ReactNode
}

export function Screen({ crumbs, title, facts, actions, children }: ScreenProps) {
  const last = crumbs.at(-1)?.label
  useEffect(() => {
    document.title = last ? `${last} · Millrace` : 'Millrace'
  }, [last])
  return (
    <>
      <header className={styles.header}>
        <nav className={styles.crumbs} aria-label="Where you are">
          {crumbs.map((crumb) =>
            crumb.path ? (
              <span key={crumb.label}>
                <Link href={crumb.path}>{crumb.label}</Link> /
              </span>
            ) : (
              (title ?? <h1 key={crumb.label}>{crumb.label}</h1>)
            ),
          )}
        </nav>
        {facts}
        <span className={styles.space} />
        <Button onClick={openPalette} aria-label="Search">
          <Search size={14} aria-hidden />
          <span className={styles.searchWord}>Search</span>
          <Keys id="palette" />
        </Button>
        {actions}
      </header>
      <main className={styles.main}>{children}</main>
    </>
  )
}
