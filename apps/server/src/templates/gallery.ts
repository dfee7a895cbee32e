/** The templates that the gallery offers. */
import type { PipelineDocument } from '@millrace/schemas'

export interface PipelineTemplate {
  id: string
  title: string
  /** The question it answers. */
  question: string
  teaches: string
  firstRow: string
  category: string
  document: PipelineDocument
  /** The template that answers the same question without the trap. */
  variantOf?: string
  trap?: string
}

export const templates: readonly PipelineTemplate[] = []
