/** The studio's frame: rail, screens, and what lies over every screen. */
import { type CSSProperties, useEffect, useMemo } from 'react'
import { Toaster } from 'sonner'
import { Link, useLocation } from 'wouter'
import { useConnection } from '../api/connection.ts'
import { type AppCommand, handleShortcut, useCommands } from '../shortcuts/registry.ts'
import { shortcut } from '../shortcuts/shortcuts.ts'
import { TooltipProvider } from '../ui/index.ts'
import styles from './App.module.css'
import { CommandPalette } from './CommandPalette.tsx'
import { places } from './navigation.ts'
import { openPalette, openShortcuts } from './palette.ts'
import { usePreferences } from './preferences.ts'
import { Routes } from './routes.tsx'
import { ScreenBoundary } from './ScreenBoundary.tsx'
import { ShortcutSheet } from './ShortcutSheet.tsx'

export function App() {
  const [path, navigate] = useLocation()
  const connection = useConnection()
  const { theme } = usePreferences()
  const lost = connection.state === 'lost'
  useEffect(() => {
    window.addEventListener('keydown', handleShortcut)
    return () => window.removeEventListener('keydown', handleShortcut)
  }, [])
  useCommands(
    'app',
    useMemo(() => appCommands(navigate), [navigate]),
  )
  return (
    <TooltipProvider skipDelayDuration={200}>
      <div className={styles.app} data-banner={lost || undefined}>
        {lost && <ConnectionBanner />}
        <Link href="/" className={styles.logo} aria-label="Millrace, to the pipelines">
          <Logo />
        </Link>
        <ScreenArea path={path} />
      </div>
      <CommandPalette />
      <ShortcutSheet />
      <Toaster
        position="bottom-right"
        theme={theme}
        gap={8}
        offset={16}
        duration={6000}
        style={toasterStyle}
      />
    </TooltipProvider>
  )
}

function ScreenArea({ path }: { path: string }) {
  return (
    <>
      <div
        style={{
          gridColumn: 2,
          gridRow: 'auto / span 2',
          display: 'grid',
          gridTemplateRows: '44px minmax(0, 1fr)',
          minWidth: 0,
          minHeight: 0,
        }}
      >
        <ScreenBoundary path={path}>
          <Routes />
        </ScreenBoundary>
      </div>
      <nav className={styles.rail} aria-label="Main">
        {places.map((place) => (
          <Link
            key={place.path}
            href={place.path}
            aria-current={place.owns(path) ? 'page' : undefined}
          >
            <place.icon size={18} strokeWidth={1.7} aria-hidden />
            {place.label}
          </Link>
        ))}
      </nav>
    </>
  )
}

function ConnectionBanner() {
  return (
    <div className={styles.banner} role="status">
      <span aria-hidden>▲</span>
      No connection to the server. Drawing and preview go on; your edits are kept in this browser
      and saved when it is back.
    </div>
  )
}

function Logo() {
  return (
    <svg
      width="22"
      height="22"
      viewBox="0 0 22 22"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      aria-hidden
    >
      <path d="M2 7c3 0 3 3 6 3s3-3 6-3 3 3 6 3" />
      <path d="M2 14c3 0 3 3 6 3s3-3 6-3 3 3 6 3" opacity=".45" />
    </svg>
  )
}

const toasterStyle = {
  fontFamily: 'var(--sans)',
  '--normal-bg': 'var(--surface)',
  '--normal-border': 'var(--line)',
  '--normal-text': 'var(--text)',
} as CSSProperties

function appCommands(navigate: (path: string) => void): AppCommand[] {
  return [
    {
      ...shortcut('palette'),
      whileTyping: true,
      hidden: true,
      run: openPalette,
    },
    { ...shortcut('shortcuts'), run: openShortcuts },
    ...places.map((place) => ({
      id: `go-${place.path}`,
      label: `Go to ${place.label}`,
      group: 'Go to',
      run: () => navigate(place.path),
    })),
  ]
}
