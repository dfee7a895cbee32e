/** One field of a config, by its schema: the hint `widget` first, then the JSON type. */
import { useId } from 'react'
import { Button, Checkbox, Field, Select } from '../../../../ui/index.ts'
import { CodeField } from './CodeField.tsx'
import { Control } from './Control.tsx'
import { useFieldError, useForm } from './context.ts'
import styles from './Form.module.css'
import { type ConfigFieldProps, fieldDomId } from './field.ts'
import { ListField } from './ListField.tsx'
import {
  emptyValue,
  type FormSchema,
  inContext,
  isColumnNames,
  isNullable,
  shownFields,
  simplified,
  titleOf,
  typeOfSchema,
  variantsOf,
} from './schema.ts'

/** Widgets that bring their own frame. */
const framed = new Set([
  'columns',
  'projections',
  'aggregates',
  'side-outputs',
  'generated-columns',
])

export function ConfigField(props: ConfigFieldProps) {
  const schema = simplified(props.schema)
  const type = typeOfSchema(schema)
  const label = titleOf(props.name, schema)
  if (schema.const !== undefined) return <ConstantField schema={schema} label={label} />
  if (variantsOf(schema).length > 1) return <UnionField {...props} schema={schema} label={label} />
  if (schema.widget === 'code') return <CodeField {...props} schema={schema} label={label} />
  if (type === 'array' && !isColumnNames(schema))
    return <ListField {...props} schema={schema} label={label} />
  if (type === 'object' && !framed.has(schema.widget ?? ''))
    return (
      <ObjectField {...props} schema={schema} label={label} nullable={isNullable(props.schema)} />
    )
  if (type === 'boolean') return <BooleanField {...props} schema={schema} label={label} />
  return (
    <SimpleField {...props} schema={schema} label={label} nullable={isNullable(props.schema)} />
  )
}

/** A setting with one choice yet: said, not asked. */
function ConstantField({ schema, label }: { schema: FormSchema; label: string }) {
  const words = schema.labels?.[String(schema.const)] ?? String(schema.const)
  return (
    <Field label={label} hint={schema.description}>
      {(control) => (
        <output id={control.id} style={{ display: 'block', paddingTop: 5 }}>
          {words}
        </output>
      )}
    </Field>
  )
}

type Labelled = ConfigFieldProps & { label: string }

function SimpleField({ path, schema, value, label, nullable }: Labelled & { nullable: boolean }) {
  const form = useForm()
  const error = useFieldError(path)
  return (
    <Field label={label} hint={hintOf(schema, value)} error={error}>
      {(control) => (
        <span id={fieldDomId(path)}>
          <Control
            path={path}
            schema={schema}
            value={value}
            form={form}
            id={control.id}
            invalid={control.invalid}
            describedBy={control['aria-describedby']}
            nullable={nullable}
          />
        </span>
      )}
    </Field>
  )
}

/** The meaning of the chosen value, else what the field is for. */
function hintOf(schema: FormSchema, value: unknown): string | undefined {
  return schema.help?.[String(value ?? schema.default)] ?? schema.description
}

function BooleanField({ path, schema, value, label }: Labelled) {
  const form = useForm()
  const hint = useId()
  return (
    <div id={fieldDomId(path)}>
      <Checkbox
        label={label}
        checked={Boolean(value ?? schema.default)}
        disabled={form.readOnly}
        aria-describedby={schema.description ? hint : undefined}
        onChange={(checked) => form.choose(path, checked)}
      />
      {schema.description && (
        <p id={hint} className={styles.note}>
          {schema.description}
        </p>
      )}
    </div>
  )
}

function ObjectField({ path, schema, value, label, nullable }: Labelled & { nullable: boolean }) {
  const form = useForm()
  const unset = value === undefined || value === null
  const record = (value ?? {}) as Record<string, unknown>
  return (
    <fieldset className={styles.group} id={fieldDomId(path)}>
      <legend>{label}</legend>
      {schema.description && <p className={styles.note}>{schema.description}</p>}
      {unset ? (
        <Checkbox
          label={`Set ${label.toLowerCase()}`}
          checked={false}
          disabled={form.readOnly}
          onChange={() => form.choose(path, emptyValue(schema))}
        />
      ) : (
        shownFields(schema, record)
          .filter(([, inner]) => inner.const === undefined)
          .map(([name, inner]) => (
            <ConfigField
              key={name}
              name={name}
              path={`${path}.${name}`}
              schema={inContext(schema, name, inner)}
              value={record[name]}
            />
          ))
      )}
      {!unset && nullable && !form.readOnly && (
        <Button
          variant="link"
          size="small"
          onClick={() => form.replaceAt(path, null, `Remove ${label.toLowerCase()}`)}
        >
          Remove {label.toLowerCase()}
        </Button>
      )}
    </fieldset>
  )
}

/** A choice among shapes: their names first, then the fields of the chosen one. */
function UnionField({ path, schema, value, label }: Labelled) {
  const form = useForm()
  const error = useFieldError(path)
  const variants = variantsOf(schema)
  const names = variants.map(variantName)
  const chosen =
    value === null || value === undefined
      ? -1
      : variants.findIndex((variant) => suits(variant, value))
  const options = [
    ...(isNullable(schema) || chosen < 0
      ? [{ value: '-1', label: isNullable(schema) ? 'none' : 'Choose…' }]
      : []),
    ...names.map((name, index) => ({ value: String(index), label: name })),
  ]
  const variant = variants[chosen]
  const record = (typeof value === 'object' ? value : {}) as Record<string, unknown>
  return (
    <>
      <Field label={label} hint={schema.description} error={error}>
        {(control) => (
          <span id={fieldDomId(path)}>
            <Select
              id={control.id}
              aria-describedby={control['aria-describedby']}
              invalid={control.invalid}
              value={String(chosen)}
              options={options}
              disabled={form.readOnly}
              onChange={(next) =>
                form.choose(path, Number(next) < 0 ? null : emptyValue(variants[Number(next)]))
              }
            />
          </span>
        )}
      </Field>
      {variant?.properties
        ? shownFields(variant, record)
            .filter(([, inner]) => inner.const === undefined)
            .map(([name, inner]) => (
              <ConfigField
                key={name}
                name={name}
                path={`${path}.${name}`}
                schema={inner}
                value={record[name]}
              />
            ))
        : variant &&
          variant.const === undefined &&
          !variant.enum && (
            <ConfigField
              name={names[chosen]}
              path={path}
              schema={{ ...variant, title: ' ' }}
              value={value}
            />
          )}
    </>
  )
}

function variantName(variant: FormSchema): string {
  if (variant.title) return variant.title
  if (variant.const !== undefined) return String(variant.const)
  const tag = Object.values(variant.properties ?? {}).find((inner) => inner.const !== undefined)
  return tag ? (tag.title ?? String(tag.const)) : (typeOfSchema(variant) ?? 'value')
}

/** Is the value of this variant? By its constants, else by its type. */
function suits(variant: FormSchema, value: unknown): boolean {
  if (variant.const !== undefined) return variant.const === value
  if (variant.enum) return variant.enum.includes(value)
  const type = typeOfSchema(variant)
  if (type === 'object') {
    if (typeof value !== 'object' || value === null) return false
    const record = value as Record<string, unknown>
    return Object.entries(variant.properties ?? {}).every(
      ([name, inner]) => inner.const === undefined || inner.const === record[name],
    )
  }
  if (type === 'integer') return typeof value === 'number'
  return type === (Array.isArray(value) ? 'array' : typeof value)
}
