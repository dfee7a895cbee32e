/** Code is written in the dock, wide; here is the way there. */
import { Code } from 'lucide-react'
import { Button, Field } from '../../../../ui/index.ts'
import { useModel } from '../../model.ts'
import { useFieldError } from './context.ts'
import { type ConfigFieldProps, fieldDomId } from './field.ts'

export function CodeField({ path, schema, value, label }: ConfigFieldProps & { label: string }) {
  const model = useModel()
  const error = useFieldError(path)
  const lines = typeof value === 'string' ? value.trimEnd().split('\n').length : 0
  return (
    <Field label={label} hint={schema.description} error={error}>
      {(control) => (
        <span id={fieldDomId(path)}>
          <Button
            id={control.id}
            aria-describedby={control['aria-describedby']}
            icon={<Code size={14} aria-hidden />}
            onClick={() => model.panes.setState({ dockOpen: true, dockTab: 'code' })}
          >
            Edit {lines} {lines === 1 ? 'line' : 'lines'}
          </Button>
        </span>
      )}
    </Field>
  )
}
