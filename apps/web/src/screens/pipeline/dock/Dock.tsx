/** The dock under the canvas. */
import { ChevronDown, ChevronUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useKeys } from '../../../shortcuts/bindings.ts'
import { IconButton, type TabItem, Tabs } from '../../../ui/index.ts'
import { type DockTab, useAnalysis, useModel, usePanes } from '../model.ts'
import { CheckpointsTab } from './CheckpointsTab.tsx'
import { CodeTab, useCodeNode } from './CodeTab.tsx'
import { DeadLettersTab, useDeadLetters } from './DeadLettersTab.tsx'
import styles from './Dock.module.css'
import { PreviewTab } from './PreviewTab.tsx'
import { ProblemsTab } from './ProblemsTab.tsx'
import { RunsTab } from './runs/RunsTab.tsx'
import { TimeCause, TimeTab } from './time/TimeTab.tsx'

const contents: Record<DockTab, ReactNode> = {
  problems: <ProblemsTab />,
  preview: <PreviewTab />,
  code: <CodeTab />,
  time: <TimeTab />,
  checkpoints: <CheckpointsTab />,
  'dead-letters': <DeadLettersTab />,
  runs: <RunsTab />,
}

const tabs: readonly { id: DockTab; label: string }[] = [
  { id: 'problems', label: 'Problems' },
  { id: 'preview', label: 'Preview' },
  { id: 'code', label: 'Code' },
  { id: 'time', label: 'Time' },
  { id: 'checkpoints', label: 'Checkpoints' },
  { id: 'dead-letters', label: 'Dead letters' },
  { id: 'runs', label: 'Runs' },
]

/** Tabs that have something to show: code only where there is code. */
function useTabs(): readonly { id: DockTab; label: string }[] {
  const code = useCodeNode() !== null
  return tabs.filter((tab) => tab.id !== 'code' || code)
}

export function Dock() {
  const model = useModel()
  const tab = usePanes((panes) => panes.dockTab)
  const hideKeys = useKeys('toggle-dock')
  const errors = useErrors()
  const letters = useDeadLetters()
  const items = useTabs().map(
    (item): TabItem => ({
      ...item,
      content: contents[item.id],
      ...(item.id === 'problems' ? { count: errors, tone: 'bad' as const } : {}),
      ...(item.id === 'dead-letters' ? { count: letters, tone: 'warn' as const } : {}),
    }),
  )
  return (
    <Tabs
      label="Dock"
      items={items}
      value={items.some((item) => item.id === tab) ? tab : 'problems'}
      onChange={(next) => model.panes.setState({ dockTab: next as DockTab })}
      end={
        <>
          {tab === 'time' && <TimeCause />}
          <IconButton
            label="Hide the dock"
            keys={hideKeys}
            icon={<ChevronDown size={15} />}
            onClick={() => model.panes.setState({ dockOpen: false })}
          />
        </>
      }
    />
  )
}

/** An empty canvas is a beginning, not an error. */
function useErrors(): number {
  return useAnalysis(({ document, problems }) =>
    document.nodes.length === 0
      ? 0
      : problems.filter((problem) => problem.severity === 'error').length,
  )
}

/** The dock while it is closed: one line that says what is in it. */
export function DockBar() {
  const model = useModel()
  const errors = useErrors()
  return (
    <div className={styles.bar} role="toolbar" aria-label="Dock, closed">
      {useTabs().map((tab) => (
        <button
          key={tab.id}
          type="button"
          onClick={() => model.panes.setState({ dockOpen: true, dockTab: tab.id })}
        >
          {tab.label}
          {tab.id === 'problems' && errors > 0 && <b className={styles.bad}>{errors}</b>}
        </button>
      ))}
      <span style={{ flex: 1 }} />
      <button
        type="button"
        aria-label="Show the dock"
        onClick={() => model.panes.setState({ dockOpen: true })}
      >
        <ChevronUp size={15} aria-hidden />
      </button>
    </div>
  )
}
