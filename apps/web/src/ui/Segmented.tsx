/** One of a few, side by side. */
import { ToggleGroup as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './Segmented.module.css'

export interface SegmentedProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: ReactNode; disabled?: boolean }[]
  onChange(value: T): void
}

export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
}: SegmentedProps<T>) {
  return (
    <Radix.Root
      type="single"
      className={styles.group}
      aria-label={label}
      value={value}
      onValueChange={(next) => next && onChange(next as T)}
    >
      {options.map((option) => (
        <Radix.Item
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          className={styles.item}
        >
          {option.label}
        </Radix.Item>
      ))}
    </Radix.Root>
  )
}
