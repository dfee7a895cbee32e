/** All kernels by name, and the special forms that are not strict. */
import { castKernels } from './casts.ts'
import { compareKernels } from './compare-kernels.ts'
import type { Kernel } from './kernel.ts'
import { numericKernels } from './numeric-kernels.ts'
import { stringKernels } from './string-kernels.ts'
import { timeKernels } from './time-kernels.ts'
import type { TypedExpression } from './typed.ts'

const kernels = new Map<string, Kernel>(
  Object.entries({
    ...numericKernels,
    ...compareKernels,
    ...stringKernels,
    ...timeKernels,
    ...castKernels,
  }),
)

/** Operations with their own rule for NULL or for what is computed at all; interpreter and generator know each. */
export const specialForms = [
  /** Any number of BOOLEANs; stops at the first that decides. */
  'and',
  'or',
  'not',
  'is-null',
  'is-not-null',
  'is-true',
  'is-not-true',
  'is-false',
  'is-not-false',
  /** Two values, NULL equal to NULL. */
  'distinct',
  'not-distinct',
  /** condition, value, condition, value, …, otherwise. */
  'case',
  /** The first that is not NULL. */
  'coalesce',
  /** Separator, then texts; NULL texts are left out. */
  'concat-ws',
] as const

export type SpecialForm = (typeof specialForms)[number]

const special: ReadonlySet<string> = new Set(specialForms)

export function isSpecialForm(name: string): name is SpecialForm {
  return special.has(name)
}

export function kernelOf(name: string): Kernel | undefined {
  return kernels.get(name)
}

/** May computing the expression fail for a row (division by zero, text that is no number)? */
export function canFail(expression: TypedExpression): boolean {
  if (expression.op !== 'call') return false
  if (expression.args.some(canFail)) return true
  return kernels.get(expression.name)?.canFail?.(expression) ?? false
}

/** Nodes of the tree. */
export function sizeOf(expression: TypedExpression): number {
  if (expression.op !== 'call') return 1
  let size = 1
  for (const arg of expression.args) size += sizeOf(arg)
  return size
}

/** Indexes of the columns that the expression reads. */
export function columnsOf(expression: TypedExpression, into = new Set<number>()): Set<number> {
  if (expression.op === 'column') into.add(expression.index)
  else if (expression.op === 'call') for (const arg of expression.args) columnsOf(arg, into)
  return into
}
