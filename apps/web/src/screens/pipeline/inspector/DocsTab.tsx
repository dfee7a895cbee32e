/** What a node does, next to its settings. */
import type { AnyDefinition } from '../editor/commands.ts'
import styles from './Inspector.module.css'
import { Markdown } from './Markdown.tsx'

export function DocsTab({ definition }: { definition: AnyDefinition }) {
  return (
    <article className={styles.docs}>
      <Markdown text={definition.docs} />
    </article>
  )
}
