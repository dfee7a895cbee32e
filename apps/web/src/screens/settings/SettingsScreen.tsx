/** Theme, clock and motion of the studio. */
import { setPreferences, usePreferences } from '../../app/preferences.ts'
import { Screen } from '../../app/Screen.tsx'
import { Field, Segmented } from '../../ui/index.ts'

export function SettingsScreen() {
  const { theme, clock, motion } = usePreferences()
  return (
    <Screen crumbs={[{ label: 'Settings' }]}>
      <div style={{ display: 'grid', gap: 12, padding: 16, maxWidth: 640 }}>
        <Field label="Theme">
          {() => (
            <Segmented
              label="Theme"
              value={theme}
              onChange={(next) => setPreferences({ theme: next })}
              options={[
                { value: 'system', label: 'As the system' },
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
              ]}
            />
          )}
        </Field>
        <Field label="Clock">
          {() => (
            <Segmented
              label="Clock"
              value={clock}
              onChange={(next) => setPreferences({ clock: next })}
              options={[
                { value: 'local', label: 'Local time' },
                { value: 'utc', label: 'UTC' },
              ]}
            />
          )}
        </Field>
        <Field label="Motion">
          {() => (
            <Segmented
              label="Motion"
              value={motion}
              onChange={(next) => setPreferences({ motion: next })}
              options={[
                { value: 'system', label: 'As the system' },
                { value: 'reduced', label: 'None' },
              ]}
            />
          )}
        </Field>
      </div>
    </Screen>
  )
}
