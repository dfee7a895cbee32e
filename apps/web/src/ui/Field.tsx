/** Form controls: input, text area, native select, checkbox, and the row that labels them. */
import { ChevronDown } from 'lucide-react'
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import { cx } from './cx.ts'
import styles from './Field.module.css'

export interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  mono?: boolean
  invalid?: boolean
  ref?: Ref<HTMLInputElement>
}

export function Input({ mono, invalid, className, ...rest }: InputProps) {
  return (
    <input
      spellCheck={false}
      autoComplete="off"
      aria-invalid={invalid || undefined}
      {...rest}
      className={cx(styles.input, mono && styles.mono, className)}
    />
  )
}

export interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  mono?: boolean
  invalid?: boolean
  ref?: Ref<HTMLTextAreaElement>
}

export function TextArea({ mono, invalid, className, ...rest }: TextAreaProps) {
  return (
    <textarea
      spellCheck={false}
      aria-invalid={invalid || undefined}
      {...rest}
      className={cx(styles.textarea, mono && styles.mono, className)}
    />
  )
}

export interface Option {
  value: string
  label: string
  disabled?: boolean
}

export interface SelectProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> {
  options: readonly Option[]
  onChange(value: string): void
  mono?: boolean
  invalid?: boolean
}

export function Select({ options, onChange, mono, invalid, className, ...rest }: SelectProps) {
  return (
    <span className={cx(styles.selectWrap, className)}>
      <select
        aria-invalid={invalid || undefined}
        {...rest}
        className={cx(styles.select, mono && styles.mono)}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown size={13} aria-hidden />
    </span>
  )
}

export interface CheckboxProps {
  label: ReactNode
  checked: boolean
  onChange(checked: boolean): void
  disabled?: boolean
  'aria-describedby'?: string
}

export function Checkbox({ label, checked, onChange, ...rest }: CheckboxProps) {
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        {...rest}
      />
      {label}
    </label>
  )
}

export interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | null
  /** Label above instead of beside. */
  stacked?: boolean
  /** Wired to the control: id and what describes it. */
  children(control: {
    id: string
    'aria-describedby': string | undefined
    invalid: boolean
  }): ReactNode
}

/** One labelled control with its hint and its error. */
export function Field({ label, hint, error, stacked, children }: FieldProps) {
  const id = useId()
  const described = hint || error ? `${id}-below` : undefined
  return (
    <div className={cx(styles.field, stacked && styles.stacked)}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <div>{children({ id, 'aria-describedby': described, invalid: Boolean(error) })}</div>
      {described && (
        <div id={described} className={styles.below}>
          {error && (
            <div className={styles.error} role="alert">
              <span aria-hidden>✕</span>
              {error}
            </div>
          )}
          {hint}
        </div>
      )}
    </div>
  )
}
