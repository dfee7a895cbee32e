/** The dock under the canvas. */
import { ChevronDown, ChevronUp } from 'lucide-react'
import { IconButton, type TabItem, Tabs } from '../../../ui/index.ts'
import { type DockTab, useAnalysis, useModel, usePanes } from '../model.ts'
import styles from './Dock.module.css'
import { ProblemsTab } from './ProblemsTab.tsx'

export function Dock() {
  const model = useModel()
  const tab = usePanes((panes) => panes.dockTab)
  const errors = useErrors()
  const items: TabItem[] = [
    { id: 'problems', label: 'Problems', count: errors, tone: 'bad', content: <ProblemsTab /> },
  ]
  return (
    <Tabs
      label="Dock"
      items={items}
      value={items.some((item) => item.id === tab) ? tab : 'problems'}
      onChange={(next) => model.panes.setState({ dockTab: next as DockTab })}
      end={
        <IconButton
          label="Hide the dock"
          keys="Mod+J"
          icon={<ChevronDown size={15} />}
          onClick={() => model.panes.setState({ dockOpen: false })}
        />
      }
    />
  )
}

function useErrors(): number {
  return useAnalysis((state) => state.problems.filter((item) => item.severity === 'error').length)
}

const barTabs: { id: DockTab; label: string }[] = [{ id: 'problems', label: 'Problems' }]

/** The dock while it is closed: one line that says what is in it. */
export function DockBar() {
  const model = useModel()
  const errors = useErrors()
  return (
    <div className={styles.bar} role="toolbar" aria-label="Dock, closed">
      {barTabs.map((tab) => (
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
