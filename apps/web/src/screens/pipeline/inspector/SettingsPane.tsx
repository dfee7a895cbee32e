/** Settings of the pipeline as a whole, shown while nothing is selected. */
import { X } from 'lucide-react'
import { IconButton } from '../../../ui/index.ts'
import { PipelineSettingsFields } from '../../shared/PipelineSettingsFields.tsx'
import { setSettings } from '../editor/config-commands.ts'
import { isReadOnly } from '../editor/state.ts'
import { selectShown, useEditor, useModel } from '../model.ts'
import formStyles from './form/Form.module.css'
import styles from './Inspector.module.css'

export function SettingsPane({ onClose }: { onClose(): void }) {
  const model = useModel()
  const settings = useEditor((state) => selectShown(state).settings)
  const readOnly = useEditor(isReadOnly)
  return (
    <>
      <header className={styles.head}>
        <span className={styles.name}>
          <b>Pipeline settings</b>
        </span>
        <IconButton label="Close the settings" icon={<X size={15} />} onClick={onClose} />
      </header>
      <div className={formStyles.form}>
        <PipelineSettingsFields
          settings={settings}
          disabled={readOnly}
          onChange={(field, value) => model.editor.run(setSettings(field, value))}
        />
      </div>
    </>
  )
}
