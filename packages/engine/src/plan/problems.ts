/** What is wrong with a document, where, and the edits that mend it. */
import type { DocumentNode, Endpoint } from '@millrace/schemas'

/** An edit that a fix proposes; the studio applies it as one undoable step. */
export type DocumentEdit =
  | { is: 'set-config'; node: string; field: string; value: unknown }
  | { is: 'add-node'; node: DocumentNode }
  | { is: 'remove-node'; node: string }
  | { is: 'connect'; from: Endpoint; to: Endpoint }
  | { is: 'disconnect'; from: Endpoint; to: Endpoint }
  | { is: 'set-settings'; field: string; value: unknown }

export interface Fix {
  /** The button's words: "Use placed_at as event time". */
  label: string
  edits: readonly DocumentEdit[]
}

/** `error` forbids deployment; `warning` does not. */
export type Severity = 'error' | 'warning'

export interface Problem {
  /** Stable, kebab-case. */
  code: string
  severity: Severity
  /** Absent: the document as a whole. */
  node?: string
  /** Dotted path inside the node's config. */
  field?: string
  /** One sentence: what is wrong and what to do. */
  message: string
  fixes: readonly Fix[]
  /** Place in the field's text (UTF-16, half open), for expressions. */
  span?: { start: number; end: number }
}
