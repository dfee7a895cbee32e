/** A SQL expression in one field: completes the columns that arrive, shows its error below. */
// biome-ignore-all lint/a11y/noNoninteractiveElementToInteractiveRole: a list box over the text area's own keys
// biome-ignore-all lint/a11y/useFocusableInteractive: focus stays in the text area, see aria-activedescendant
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the text area takes the keys
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { TextArea } from '../../../../ui/index.ts'
import { accept, type Suggestion, suggest, wordBefore } from './complete.ts'
import { useInputColumns } from './context.ts'
import styles from './ExpressionInput.module.css'

export interface ExpressionInputProps {
  id?: string
  label?: string
  value: string
  placeholder?: string
  readOnly?: boolean
  invalid?: boolean
  /** Aggregates are offered too. */
  aggregate?: boolean
  describedBy?: string
  onValue(text: string): void
}

export function ExpressionInput(props: ExpressionInputProps) {
  const { value, onValue } = props
  const columns = useInputColumns()
  const listId = useId()
  const input = useRef<HTMLTextAreaElement>(null)
  const [offered, setOffered] = useState<Suggestion[]>([])
  const [at, setAt] = useState(0)
  const open = offered.length > 0 && !props.readOnly

  const offer = (text: string, caret: number) => {
    const word = wordBefore(text, caret)
    setOffered(word === null ? [] : suggest(columns, word, props.aggregate))
    setAt(0)
  }
  /** Only behind a begun word: a finished expression leaves Tab and Enter their meaning. */
  const offerWhileTyping = (text: string, caret: number) => {
    if (wordBefore(text, caret)) offer(text, caret)
    else setOffered([])
  }
  const take = (suggestion: Suggestion) => {
    const element = input.current
    const next = accept(value, element?.selectionStart ?? value.length, suggestion.text)
    onValue(next.text)
    setOffered([])
    requestAnimationFrame(() => element?.setSelectionRange(next.caret, next.caret))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault()
      offer(value, event.currentTarget.selectionStart)
      return
    }
    if (event.key === 'Enter' && !open) event.preventDefault()
    if (!open) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt((at + (event.key === 'ArrowDown' ? 1 : -1) + offered.length) % offered.length)
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      event.preventDefault()
      take(offered[at])
    } else if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      setOffered([])
    }
  }
  return (
    <div className={styles.wrap}>
      <TextArea
        ref={input}
        id={props.id}
        mono
        rows={1}
        aria-label={props.label}
        aria-describedby={props.describedBy}
        role="combobox"
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open ? `${listId}-${at}` : undefined}
        value={value}
        placeholder={props.placeholder}
        readOnly={props.readOnly}
        invalid={props.invalid}
        onKeyDown={onKeyDown}
        onBlur={() => setOffered([])}
        onChange={(event) => {
          onValue(event.target.value)
          offerWhileTyping(event.target.value, event.target.selectionStart)
        }}
      />
      {open && (
        <ul className={styles.list} id={listId} role="listbox" aria-label="Completions">
          {offered.map((suggestion, index) => (
            <li
              key={suggestion.text}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === at}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion)}
            >
              {suggestion.text}
              <small>{suggestion.detail}</small>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
