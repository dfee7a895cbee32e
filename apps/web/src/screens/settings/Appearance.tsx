/** Theme, clock and motion. */
import { setPreferences, usePreferences } from '../../app/preferences.ts'
import { Field, Segmented } from '../../ui/index.ts'

const themes: readonly { value: 'system' | 'light' | 'dark'; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]
const clocks: readonly { value: 'local' | 'utc'; label: string }[] = [
  { value: 'local', label: 'Local time' },
  { value: 'utc', label: 'UTC' },
]
const motions: readonly { value: 'system' | 'reduced'; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'reduced', label: 'None' },
]

export function Appearance() {
  const { theme, clock, motion } = usePreferences()
  return (
    <section aria-labelledby="appearance">
      <h2 id="appearance">Appearance</h2>
      <Field label="Theme">
        {() => (
          <Segmented
            label="Theme"
            value={theme}
            options={themes}
            onChange={(next) => setPreferences({ theme: next })}
          />
        )}
      </Field>
      <Field label="Clock" hint="Everywhere, event time and wall clock alike.">
        {() => (
          <Segmented
            label="Clock"
            value={clock}
            options={clocks}
            onChange={(next) => setPreferences({ clock: next })}
          />
        )}
      </Field>
      <Field label="Motion">
        {() => (
          <Segmented
            label="Motion"
            value={motion}
            options={motions}
            onChange={(next) => setPreferences({ motion: next })}
          />
        )}
      </Field>
    </section>
  )
}
