/** The card's third line: three numbers in fixed places. Redrawn only when a printed number changes. */
import type { NodeFacts } from '@millrace/server'
import { memo } from 'react'
import { useStore } from 'zustand'
import {
  formatBytes,
  formatCompact,
  formatRate,
  formatShare,
  formatShortDuration,
} from '../../../format/index.ts'
import type { PreviewNode } from '../../../preview/preview.ts'
import type { AnyDefinition } from '../editor/commands.ts'
import { liveFacts } from '../live/live-store.ts'
import { useModel } from '../model.ts'
import styles from './NodeCard.module.css'

export interface Slot {
  label: string
  value: string
  tone?: 'warn' | 'bad'
  definition: string
}

export type Slots = readonly [Slot, Slot, Slot]

/** Behind for longer than this is shown in amber; a pipeline's own waiting is less. */
export const behindWarnMs = 60_000

const none = '–'

export function liveSlots(group: AnyDefinition['group'], facts: NodeFacts | undefined): Slots {
  const behind = facts?.timeBehindMs ?? null
  const rate: Slot =
    group === 'source'
      ? slot(
          'rows out',
          formatRate(facts?.rates.outPerSecond),
          'Rows that left in the last seconds, per second',
        )
      : group === 'sink'
        ? slot(
            'rows in',
            formatRate(facts?.rates.inPerSecond),
            'Rows that arrived in the last seconds, per second',
          )
        : slot(
            'rows',
            facts
              ? `${formatCompact(round(facts.rates.inPerSecond))} → ${formatRate(facts.rates.outPerSecond)}`
              : none,
            'Rows in and out in the last seconds, per second',
          )
  const second: Slot = {
    label: 'behind',
    value:
      behind === null ? none : formatShortDuration(Math.max(0, Math.round(behind / 100) * 100)),
    tone: behind !== null && behind > behindWarnMs ? 'warn' : undefined,
    definition: 'Event time: newest row read upstream minus the watermark here',
  }
  const third: Slot =
    facts && facts.stateBytes > 0
      ? slot('state', formatBytes(facts.stateBytes), 'Keyed state held in memory')
      : {
          ...slot(
            'busy',
            formatShare(facts && Math.round(facts.busy * 100) / 100),
            'Share of the last interval spent working, busiest subtask',
          ),
          tone: facts && facts.busy > 0.9 ? 'warn' : undefined,
        }
  return [rate, second, third]
}

export function previewSlots(
  preview: PreviewNode | undefined,
  group: AnyDefinition['group'],
): Slots {
  const out = preview && Object.values(preview.ports).reduce((sum, port) => sum + port.count, 0)
  const definition = 'Rows of the preview: the draft on a sample, in this browser'
  return [
    slot('preview out', group === 'sink' ? none : formatCompact(out), definition),
    slot('preview in', group === 'source' ? none : formatCompact(preview?.rowsIn), definition),
    slot('busy', none, 'Known once it is deployed'),
  ]
}

function slot(label: string, value: string, definition: string): Slot {
  return { label, value, definition }
}

function round(rate: number): number {
  return rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate)
}

const separator = '\u0001'

function printed(slots: Slots): string {
  return slots
    .flatMap((item) => [item.label, item.value, item.tone ?? '', item.definition])
    .join(separator)
}

function parsed(text: string): Slot[] {
  const parts = text.split(separator)
  return [0, 4, 8].map((at) => ({
    label: parts[at],
    value: parts[at + 1],
    tone: (parts[at + 2] || undefined) as Slot['tone'],
    definition: parts[at + 3],
  }))
}

export const NodeLive = memo(function NodeLive({
  id,
  group,
  draft,
}: {
  id: string
  group: AnyDefinition['group']
  draft: boolean
}) {
  const model = useModel()
  const live = useStore(model.live, (state) =>
    draft ? '' : printed(liveSlots(group, liveFacts(state, id))),
  )
  const preview = useStore(model.preview, (state) =>
    draft ? printed(previewSlots(state.nodes[id], group)) : '',
  )
  return (
    <div className={styles.live}>
      {parsed(draft ? preview : live).map((item) => (
        <div key={item.label} title={item.definition}>
          {item.label}
          <b data-tone={item.tone}>{item.value}</b>
        </div>
      ))}
    </div>
  )
})
