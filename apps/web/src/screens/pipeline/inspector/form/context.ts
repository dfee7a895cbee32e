/** What every field of a form needs: the node, its problems, how to change it, what comes in. */
import type { Problem } from '@millrace/engine/plan'
import type { DocumentNode, EdgeType, Field } from '@millrace/schemas'
import { createContext, type ReactNode, useContext } from 'react'
import type { AnyDefinition } from '../../editor/commands.ts'
import type { ConfigFieldProps } from './field.ts'

export interface FormContextValue {
  node: DocumentNode
  definition: AnyDefinition
  readOnly: boolean
  problems: readonly Problem[]
  inputs: readonly (EdgeType | undefined)[]
  /** Sets a dotted path as it is typed: one step of the history until the focus leaves the field. */
  set(path: string, value: unknown): void
  /** Sets a dotted path by a choice: a step of its own. */
  choose(path: string, value: unknown): void
  /** Sets a path as a step of its own: adding and removing entries. */
  replaceAt(path: string, value: unknown, label: string): void
  /** Draws a field inside another: lists hold records, records hold lists. */
  field(props: ConfigFieldProps): ReactNode
  /** Changes several fields as one step. */
  replace(label: string, change: Record<string, unknown>): void
}

export const FormContext = createContext<FormContextValue | null>(null)

export function useForm(): FormContextValue {
  const form = useContext(FormContext)
  if (!form) throw new Error('outside a form')
  return form
}

/** Columns that arrive, of the first input. */
export function useInputColumns(): readonly Field[] {
  return useForm().inputs[0]?.row.fields ?? noColumns
}

const noColumns: readonly Field[] = []

/** The first problem of a path or of something below it. */
export function useFieldError(path: string): string | null {
  const { problems } = useForm()
  const found = problems.find(
    (problem) =>
      problem.severity === 'error' &&
      (problem.field === path || problem.field?.startsWith(`${path}.`)),
  )
  return found?.message ?? null
}
