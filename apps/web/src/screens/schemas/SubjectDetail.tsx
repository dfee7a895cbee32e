/** One subject: what uses it, its compatibility level, its versions with what each changed, and how to go on. */
import type { SubjectSummary } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState } from 'react'
import { blockingError, trpc } from '../../api/client.ts'
import { Button, ErrorState, IconButton, Loading } from '../../ui/index.ts'
import { DeleteSchemaDialog } from './DeleteSchemaDialog.tsx'
import { LevelSelect } from './LevelSelect.tsx'
import { RegisterDialog } from './RegisterDialog.tsx'
import styles from './Schemas.module.css'
import { prettySchema } from './schema-text.ts'
import { UsedBy } from './UsedBy.tsx'
import { VersionEntry } from './VersionEntry.tsx'

export function SubjectDetail({ subject, onClose }: { subject: SubjectSummary; onClose(): void }) {
  const name = subject.subject
  const [evolves, setEvolves] = useState(false)
  const [deletes, setDeletes] = useState<{ version: number | null } | null>(null)
  const versions = useQuery(trpc.schemas.versions.queryOptions({ subject: name }))
  const sorted = versions.data?.toSorted((a, b) => b.version - a.version) ?? []
  return (
    <aside className={styles.detail} aria-label={`Subject ${name}`}>
      <div className={styles.head}>
        <h2>{name}</h2>
        <Button disabled={sorted.length === 0} onClick={() => setEvolves(true)}>
          Evolve…
        </Button>
        <Button onClick={() => setDeletes({ version: null })}>Delete…</Button>
        <IconButton label="Close the subject" icon={<X size={16} />} onClick={onClose} />
      </div>
      <UsedBy subject={subject} />
      <LevelSelect
        subject={name}
        level={subject.compatibility}
        inherited={subject.compatibilityInherited}
      />
      {versions.isPending && <Loading what={`Reading the versions of ${name}`} />}
      {blockingError(versions) && (
        <ErrorState
          title="Could not read its versions"
          error={versions.error}
          onRetry={() => versions.refetch()}
        />
      )}
      <div>
        {sorted.map((version, index) => (
          <VersionEntry
            key={version.version}
            version={version}
            others={sorted.filter((other) => other !== version)}
            open={index === 0}
            onDelete={() => setDeletes({ version: version.version })}
          />
        ))}
      </div>
      {evolves && sorted[0] && (
        <RegisterDialog
          onClose={() => setEvolves(false)}
          subject={name}
          initial={prettySchema(sorted[0].schema)}
        />
      )}
      {deletes && (
        <DeleteSchemaDialog
          subject={subject}
          version={deletes.version}
          onClose={() => setDeletes(null)}
        />
      )}
    </aside>
  )
}
