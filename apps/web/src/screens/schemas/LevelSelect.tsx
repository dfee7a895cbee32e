/** The compatibility level of a subject or of the registry, with what it permits. */
import type { CompatibilityLevel } from '@millrace/server'
import { useMutation } from '@tanstack/react-query'
import { queryClient, trpc } from '../../api/client.ts'
import { Field, Select, toast } from '../../ui/index.ts'
import styles from './Schemas.module.css'

const backward =
  'You may add fields with a default, remove fields and widen types. Upgrade consumers first.'
const forward =
  'You may add fields, and remove fields that have a default. Upgrade producers first.'
const full = 'You may add and remove fields that have a default, in any order of upgrades.'

/** What each level promises, and what it leaves you free to do. */
const levelWords: Record<CompatibilityLevel, string> = {
  BACKWARD: `The new schema reads records of the last version. ${backward}`,
  BACKWARD_TRANSITIVE: `The new schema reads records of every version. ${backward}`,
  FORWARD: `The last version reads records of the new schema. ${forward}`,
  FORWARD_TRANSITIVE: `Every version reads records of the new schema. ${forward}`,
  FULL: `The new schema and the last version read each other's records. ${full}`,
  FULL_TRANSITIVE: `The new schema and every version read each other's records. ${full}`,
  NONE: 'Nothing is compared: any schema may be registered, and consumers may break.',
}

const own = Object.keys(levelWords).map((level) => ({ value: level, label: level }))
const inherit = 'inherit'

export interface LevelSelectProps {
  /** Null: the registry, for every subject without a level of its own. */
  subject: string | null
  level: CompatibilityLevel
  /** The subject follows the registry. */
  inherited?: boolean
}

export function LevelSelect({ subject, level, inherited = false }: LevelSelectProps) {
  const set = useMutation(
    trpc.schemas.setConfig.mutationOptions({
      onSuccess: (now) => {
        void queryClient.invalidateQueries(trpc.schemas.pathFilter())
        toast.done(`The compatibility of ${subject ?? 'the registry'} is ${now} now`)
      },
      onError: (error) => toast.failed('The level could not be changed', error),
    }),
  )
  const options =
    subject === null
      ? own
      : [
          { value: inherit, label: inherited ? `${level}, as the registry` : 'As the registry' },
          ...own,
        ]
  return (
    <Field
      label={subject === null ? 'Compatibility of the registry' : 'Compatibility'}
      hint={levelWords[level]}
      stacked
    >
      {(control) => (
        <Select
          {...control}
          className={styles.level}
          options={options}
          value={inherited ? inherit : level}
          disabled={set.isPending}
          onChange={(next) =>
            set.mutate({ subject, level: next === inherit ? null : (next as CompatibilityLevel) })
          }
        />
      )}
    </Field>
  )
}
