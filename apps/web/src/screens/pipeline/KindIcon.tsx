/** The icon of a node kind on its group's hue, the same wherever a kind is named. */
import { cx } from '../../ui/cx.ts'
import { hueOf, iconOf } from './catalogue.ts'
import type { AnyDefinition } from './editor/commands.ts'
import styles from './KindIcon.module.css'

export function KindIcon(props: { definition: AnyDefinition | undefined; className?: string }) {
  const Icon = iconOf(props.definition)
  return (
    <span
      className={cx(styles.icon, props.className)}
      style={{ '--hue': hueOf(props.definition?.group) } as never}
    >
      <Icon size={12} strokeWidth={2.2} aria-hidden />
    </span>
  )
}
