/** The header of a pipeline: name, lane, what is behind and why, last checkpoint, ledger, and Deploy. */
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { paths } from '../../../app/navigation.ts'
import { Screen } from '../../../app/Screen.tsx'
import { Segmented } from '../../../ui/index.ts'
import type { SaveState } from '../editor/autosave.ts'
import { renamePipeline } from '../editor/commands.ts'
import { useEditor, useModel } from '../model.ts'
import { draftChanges } from './draft-changes.ts'
import { FactChips } from './FactChips.tsx'
import styles from './PipelineHeader.module.css'
import { RunButtons } from './RunButtons.tsx'

export function PipelineHeader({ children }: { children: ReactNode }) {
  const name = useEditor((state) => state.doc.name)
  return (
    <Screen
      crumbs={[{ label: 'Pipelines', path: paths.home() }, { label: name }]}
      title={<Name key={name} name={name} />}
      facts={
        <>
          <Lane />
          <SaveWord />
          <FactChips />
        </>
      }
      actions={<RunButtons />}
    >
      {children}
    </Screen>
  )
}

function Name({ name }: { name: string }) {
  const model = useModel()
  return (
    <h1 className={styles.title}>
      <input
        className={styles.name}
        aria-label="Name of the pipeline"
        defaultValue={name}
        maxLength={120}
        size={Math.min(32, Math.max(6, name.length))}
        onBlur={(event) => {
          if (!event.target.value.trim()) event.target.value = name
          model.editor.run(renamePipeline(event.target.value))
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') {
            event.currentTarget.value = name
            event.currentTarget.blur()
          }
        }}
      />
    </h1>
  )
}

function Lane() {
  const model = useModel()
  const lane = useEditor((state) => state.view.lane)
  const version = useEditor((state) => state.deployed?.version ?? null)
  const changes = useEditor(draftChanges)
  if (version === null) return null
  const draft =
    changes === 0 ? 'Draft' : `Draft, ${changes} ${changes === 1 ? 'change' : 'changes'}`
  return (
    <Segmented
      label="What the canvas shows"
      value={lane}
      options={[
        { value: 'live', label: `Live v${version}` },
        { value: 'draft', label: draft },
      ]}
      onChange={(next) => model.editor.look({ lane: next, renaming: null })}
    />
  )
}

/** Sign, words, and whether the words are shown: a save that works is a quiet mark. */
const saveStates: Record<SaveState['is'], { sign: string; words: string; tone?: 'warn' | 'bad' }> =
  {
    saved: { sign: '✓', words: 'Draft saved' },
    unsaved: { sign: '●', words: 'Saving the draft' },
    saving: { sign: '●', words: 'Saving the draft' },
    offline: { sign: '▲', words: 'Not saved: kept in this browser', tone: 'warn' },
    conflict: { sign: '▲', words: 'Not saved: changed elsewhere', tone: 'warn' },
    refused: { sign: '✕', words: 'Not saved', tone: 'bad' },
  }

function SaveWord() {
  const model = useModel()
  const { is } = useStore(model.autosave.state)
  const { sign, words, tone } = saveStates[is]
  return (
    <span className={styles.save} data-tone={tone} role="status" title={words}>
      <span aria-hidden className={styles.saveSign}>
        {sign}
      </span>
      <span className={tone ? undefined : 'visually-hidden'}>{words}</span>
    </span>
  )
}
