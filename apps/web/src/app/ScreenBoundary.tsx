/** Keeps a screen that cannot be shown from taking the studio with it: says why, and offers to load the page again. */
import { Component, type ReactNode } from 'react'
import { Button, EmptyState } from '../ui/index.ts'
import { Screen } from './Screen.tsx'

interface Props {
  /** A new place is a new chance. */
  path: string
  children: ReactNode
}

interface State {
  error: unknown
  path: string
}

export class ScreenBoundary extends Component<Props, State> {
  override state: State = { error: null, path: this.props.path }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error }
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.path === state.path ? null : { error: null, path: props.path }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    return (
      <Screen crumbs={[{ label: 'This screen cannot be shown' }]}>
        <div role="alert">
          <EmptyState
            title="✕ This screen cannot be shown"
            actions={<Button onClick={() => window.location.reload()}>Load the page again</Button>}
          >
            {messageOf(error)} Drafts are kept in this browser and on the server.
          </EmptyState>
        </div>
      </Screen>
    )
  }
}

/** A part of the page that is gone was replaced by a newer build. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (/dynamically imported module|Importing a module script/i.test(message)) {
    return 'The studio was updated while this page was open, or the server cannot be reached.'
  }
  return `${message}${/[.!?]$/.test(message) ? '' : '.'}`
}
