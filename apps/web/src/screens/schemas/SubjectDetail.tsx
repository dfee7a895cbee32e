/** One subject: its versions, what each changed, its compatibility level, and evolving it. */

import { describeDifference } from '@millrace/schemas/registry'
import type { CompatibilityLevel, SchemaVersion, SubjectSummary } from '@millrace/server'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queryClient, trpc } from '../../api/client.ts'
import { Button, ErrorState, Field, Select, toast } from '../../ui/index.ts'
import { RegisterDialog } from './RegisterDialog.tsx'
import styles from './Schemas.module.css'

const levels: readonly { value: CompatibilityLevel; label: string }[] = [
  { value: 'BACKWARD', label: 'BACKWARD: new readers read old data' },
  { value: 'BACKWARD_TRANSITIVE', label: 'BACKWARD_TRANSITIVE: of every version' },
  { value: 'FORWARD', label: 'FORWARD: old readers read new data' },
  { value: 'FORWARD_TRANSITIVE', label: 'FORWARD_TRANSITIVE: of every version' },
  { value: 'FULL', label: 'FULL: both ways' },
  { value: 'FULL_TRANSITIVE', label: 'FULL_TRANSITIVE: both ways, every version' },
  { value: 'NONE', label: 'NONE: nothing is checked' },
]

export function SubjectDetail({ subject }: { subject: SubjectSummary }) {
  const [evolves, setEvolves] = useState(false)
  const versions = useQuery(trpc.schemas.versions.queryOptions({ subject: subject.subject }))
  const sorted = versions.data?.toSorted((a, b) => b.version - a.version) ?? []
  return (
    <aside className={styles.detail} aria-label={`Subject ${subject.subject}`}>
      <div className={styles.head}>
        <h2>{subject.subject}</h2>
        <Button disabled={sorted.length === 0} onClick={() => setEvolves(true)}>
          Evolve…
        </Button>
      </div>
      <LevelField subject={subject} />
      {versions.error && (
        <ErrorState
          title="Could not read its versions"
          error={versions.error}
          onRetry={() => versions.refetch()}
        />
      )}
      {sorted.map((version, index) => (
        <Version
          key={version.version}
          version={version}
          before={sorted[index + 1]}
          open={index === 0}
        />
      ))}
      {evolves && sorted[0] && (
        <RegisterDialog
          open
          onClose={() => setEvolves(false)}
          subject={subject.subject}
          initial={pretty(sorted[0].schema)}
        />
      )}
    </aside>
  )
}

function LevelField({ subject }: { subject: SubjectSummary }) {
  const set = useMutation(
    trpc.schemas.setConfig.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries(trpc.schemas.pathFilter()),
      onError: (error) => toast.failed('The level could not be changed', error),
    }),
  )
  return (
    <Field
      label="Compatibility"
      hint={
        subject.compatibilityInherited ? 'Inherited from the registry.' : 'Set for this subject.'
      }
      stacked
    >
      {(control) => (
        <Select
          {...control}
          options={[...levels]}
          value={subject.compatibility}
          onChange={(level) =>
            set.mutate({ subject: subject.subject, level: level as CompatibilityLevel })
          }
        />
      )}
    </Field>
  )
}

function Version({
  version,
  before,
  open,
}: {
  version: SchemaVersion
  before: SchemaVersion | undefined
  open: boolean
}) {
  const words = before ? differenceWords(before.schema, version.schema) : 'first version'
  return (
    <details className={styles.version} open={open}>
      <summary>
        <b>v{version.version}</b> <span className={styles.muted}>id {version.id}</span> {words}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
      <pre tabIndex={0}>{pretty(version.schema)}</pre>
    </details>
  )
}

function differenceWords(before: string, after: string): string {
  const found = describeDifference(before, after)
  return found.length === 0 ? 'same meaning' : found.map(({ words }) => words).join('; ')
}

function pretty(schema: string): string {
  try {
    return JSON.stringify(JSON.parse(schema), null, 2)
  } catch {
    return schema
  }
}
