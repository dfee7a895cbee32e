/** What a new pipeline begins with. */
import { setPreferences, usePreferences } from '../../app/preferences.ts'
import { PipelineSettingsFields } from '../shared/PipelineSettingsFields.tsx'
import styles from './Settings.module.css'

export function NewPipelines() {
  const { newPipeline } = usePreferences()
  return (
    <section aria-labelledby="new-pipelines" className={styles.short}>
      <h2 id="new-pipelines">New pipelines</h2>
      <p className={styles.hint}>
        What a pipeline begins with that is made by New pipeline or from a topic. Templates, imports
        and pipelines that exist keep theirs.
      </p>
      <PipelineSettingsFields
        settings={newPipeline}
        onChange={(name, value) =>
          setPreferences({ newPipeline: { ...newPipeline, [name]: value } })
        }
      />
    </section>
  )
}
