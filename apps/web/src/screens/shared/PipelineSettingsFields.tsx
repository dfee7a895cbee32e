/** Settings of a pipeline as a whole: for one pipeline, and for those that are yet to be made. */
import { type PipelineSettings, pipelineSettings } from '@millrace/schemas'
import { useState } from 'react'
import { printDuration } from '../../format/index.ts'
import { Field } from '../../ui/index.ts'
import { DurationInput, NumberInput } from '../pipeline/inspector/form/inputs.tsx'

type Name = keyof PipelineSettings

interface Described {
  name: Name
  label: string
  hint: string
  input: typeof DurationInput | typeof NumberInput
  print(value: number): string
}

const described: readonly Described[] = [
  {
    name: 'parallelism',
    label: 'Parallelism',
    hint: 'Subtasks of each node. A source cannot use more than its topic has partitions.',
    input: NumberInput,
    print: String,
  },
  {
    name: 'checkpointIntervalMs',
    label: 'Checkpoint',
    hint: 'How often state is written. After a crash the job goes on from the newest one.',
    input: DurationInput,
    print: printDuration,
  },
  {
    name: 'checkpointTimeoutMs',
    label: 'Timeout',
    hint: 'A checkpoint that takes longer has failed.',
    input: DurationInput,
    print: printDuration,
  },
  {
    name: 'checkpointsRetained',
    label: 'Retained',
    hint: 'Complete checkpoints kept on disk.',
    input: NumberInput,
    print: String,
  },
]

export interface PipelineSettingsFieldsProps {
  settings: PipelineSettings
  disabled?: boolean
  /** Only with values that a pipeline may have. */
  onChange(name: Name, value: number): void
}

export function PipelineSettingsFields(props: PipelineSettingsFieldsProps) {
  return described.map((field) => <SettingField key={field.name} field={field} {...props} />)
}

function SettingField({
  field: { name, label, hint, input: Input, print },
  settings,
  disabled,
  onChange,
}: PipelineSettingsFieldsProps & { field: Described }) {
  const [refused, setRefused] = useState(false)
  const { minValue, maxValue } = pipelineSettings.shape[name].unwrap()
  const range = `${print(Number(minValue))} to ${print(Number(maxValue))}`
  const take = (value: number | null) => {
    const ok = pipelineSettings.shape[name].safeParse(value ?? undefined).success
    setRefused(!ok)
    if (ok && value !== null) onChange(name, value)
  }
  return (
    <Field label={label} hint={hint} error={refused ? `From ${range}.` : null}>
      {(control) => (
        <Input
          {...control}
          integer
          disabled={disabled}
          value={settings[name]}
          title={`From ${range}`}
          onValue={take}
          onBlurCapture={() => setRefused(false)}
        />
      )}
    </Field>
  )
}
