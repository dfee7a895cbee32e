/** Settings of the pipeline as a whole, shown while nothing is selected. */
import { X } from 'lucide-react'
import { Field, IconButton } from '../../../ui/index.ts'
import { setSettings } from '../editor/commands.ts'
import { isReadOnly } from '../editor/state.ts'
import { selectShown, useEditor, useModel } from '../model.ts'
import formStyles from './form/Form.module.css'
import { DurationInput, NumberInput } from './form/inputs.tsx'
import styles from './Inspector.module.css'

export function SettingsPane({ onClose }: { onClose(): void }) {
  const model = useModel()
  const settings = useEditor((state) => selectShown(state).settings)
  const readOnly = useEditor(isReadOnly)
  const set = (field: string) => (value: number | null) => {
    if (value !== null) model.editor.run(setSettings(field, value))
  }
  return (
    <>
      <header className={styles.head}>
        <span className={styles.name}>
          <b>Pipeline settings</b>
        </span>
        <IconButton label="Close the settings" icon={<X size={15} />} onClick={onClose} />
      </header>
      <div className={formStyles.form}>
        <Field
          label="Parallelism"
          hint="Subtasks of each node, 1 to 16. A source cannot use more than its topic has partitions."
        >
          {(control) => (
            <NumberInput
              {...control}
              integer
              disabled={readOnly}
              value={settings.parallelism}
              onValue={set('parallelism')}
            />
          )}
        </Field>
        <Field
          label="Checkpoint"
          hint="How often state is written. After a crash the job goes on from the newest one."
        >
          {(control) => (
            <DurationInput
              {...control}
              disabled={readOnly}
              value={settings.checkpointIntervalMs}
              onValue={set('checkpointIntervalMs')}
            />
          )}
        </Field>
        <Field label="Timeout" hint="A checkpoint that takes longer has failed.">
          {(control) => (
            <DurationInput
              {...control}
              disabled={readOnly}
              value={settings.checkpointTimeoutMs}
              onValue={set('checkpointTimeoutMs')}
            />
          )}
        </Field>
        <Field label="Retained" hint="Complete checkpoints kept on disk.">
          {(control) => (
            <NumberInput
              {...control}
              integer
              disabled={readOnly}
              value={settings.checkpointsRetained}
              onValue={set('checkpointsRetained')}
            />
          )}
        </Field>
      </div>
    </>
  )
}
