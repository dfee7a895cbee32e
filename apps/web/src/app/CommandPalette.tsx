/** Mod+K: every command of the screen, every pipeline and topic, by a few letters. */
import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { useLocation } from 'wouter'
import { useStore } from 'zustand'
import { trpc } from '../api/client.ts'
import { keysOf } from '../shortcuts/bindings.ts'
import { type AppCommand, allCommands, commandRegistry } from '../shortcuts/registry.ts'
import list from '../ui/CommandList.module.css'
import { cx, Kbd } from '../ui/index.ts'
import styles from './CommandPalette.module.css'
import { groupBy } from './group-by.ts'
import { paths } from './navigation.ts'
import { closeOverlay, overlay } from './palette.ts'

export function CommandPalette() {
  const open = useStore(overlay, (state) => state.open === 'palette')
  return (
    <Command.Dialog
      open={open}
      onOpenChange={(next) => !next && closeOverlay()}
      label="Search and run commands"
      overlayClassName={styles.scrim}
      contentClassName={cx(styles.dialog, list.list)}
      loop
    >
      <Command.Input placeholder="Search pipelines, topics and commands" />
      <Command.List>
        <Command.Empty>Nothing matches. Try a shorter word.</Command.Empty>
        {open && <Found />}
      </Command.List>
    </Command.Dialog>
  )
}

function Found() {
  useStore(commandRegistry)
  const [, navigate] = useLocation()
  const pipelines = useQuery(trpc.pipelines.list.queryOptions())
  const topics = useQuery(trpc.topics.list.queryOptions({ internal: false }))
  const groups = groupBy(
    allCommands().filter((command) => !command.hidden),
    (command) => command.group,
  )
  const go = (path: string) => {
    closeOverlay()
    navigate(path)
  }
  return (
    <>
      {[...groups].map(([group, commands]) => (
        <Command.Group key={group} heading={group}>
          {commands.map((command) => (
            <CommandItem key={command.id} command={command} />
          ))}
        </Command.Group>
      ))}
      <Command.Group heading="Pipelines">
        {pipelines.data?.map((pipeline) => (
          <Command.Item
            key={pipeline.id}
            value={`pipeline ${pipeline.name} ${pipeline.id}`}
            onSelect={() => go(paths.pipeline(pipeline.id))}
          >
            {pipeline.name}
          </Command.Item>
        ))}
      </Command.Group>
      <Command.Group heading="Topics">
        {topics.data?.map((topic) => (
          <Command.Item
            key={topic.name}
            value={`topic ${topic.name}`}
            onSelect={() => go(paths.topic(topic.name))}
          >
            {topic.name}
          </Command.Item>
        ))}
      </Command.Group>
    </>
  )
}

function CommandItem({ command }: { command: AppCommand }) {
  const enabled = command.enabled?.() ?? true
  return (
    <Command.Item
      value={`${command.label} ${command.id}`}
      disabled={!enabled}
      onSelect={() => {
        closeOverlay()
        // The dialog gives the focus back first; a command may move it elsewhere.
        requestAnimationFrame(() => command.run())
      }}
    >
      {command.label}
      <span className={styles.keys}>
        {keysOf(command)
          .slice(0, 1)
          .map((keys) => (
            <Kbd key={keys} keys={keys} />
          ))}
      </span>
    </Command.Item>
  )
}
