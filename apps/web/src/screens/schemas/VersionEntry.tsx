/** One version of a subject: what it changed in words, then the texts. */
import type { SchemaVersion } from '@millrace/server'
import { useState } from 'react'
import { Button, Segmented, Select } from '../../ui/index.ts'
import styles from './Schemas.module.css'
import { changeWords, prettySchema, versionWords } from './schema-text.ts'
import { TextDiff } from './TextDiff.tsx'

type Shown = 'changes' | 'schema'

export interface VersionEntryProps {
  version: SchemaVersion
  /** The others, newest first. */
  others: readonly SchemaVersion[]
  open: boolean
  onDelete(): void
}

export function VersionEntry({ version, others, open, onDelete }: VersionEntryProps) {
  const before = others.find((other) => other.version < version.version)
  const [isOpen, setOpen] = useState(open)
  return (
    <details
      className={styles.version}
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <b>v{version.version}</b> <span className={styles.muted}>id {version.id}</span>{' '}
        {versionWords(before, version)}
      </summary>
      {isOpen && (
        <VersionTexts version={version} others={others} before={before} onDelete={onDelete} />
      )}
    </details>
  )
}

function VersionTexts({
  version,
  others,
  before,
  onDelete,
}: Omit<VersionEntryProps, 'open'> & { before: SchemaVersion | undefined }) {
  const [shows, setShows] = useState<Shown>(before ? 'changes' : 'schema')
  const [against, setAgainst] = useState(before?.version ?? null)
  const other = others.find((each) => each.version === against) ?? before
  const compares = shows === 'changes' && other !== undefined
  return (
    <div className={styles.texts}>
      <div className={styles.tools}>
        {before && (
          <Segmented<Shown>
            label={`What of v${version.version}`}
            value={shows}
            options={[
              { value: 'changes', label: 'Changes' },
              { value: 'schema', label: 'Schema' },
            ]}
            onChange={setShows}
          />
        )}
        {compares && others.length > 1 && (
          <Select
            aria-label={`Compare v${version.version} with`}
            options={others.map((each) => ({
              value: String(each.version),
              label: `from v${each.version}`,
            }))}
            value={String(other.version)}
            onChange={(next) => setAgainst(Number(next))}
          />
        )}
        <span className={styles.space} />
        <Button
          size="small"
          variant="quiet"
          aria-label={`Delete version ${version.version}`}
          onClick={onDelete}
        >
          Delete…
        </Button>
      </div>
      {compares ? (
        <>
          {other !== before && (
            <ul className={styles.words}>
              {changeWords(other.schema, version.schema).map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          )}
          <TextDiff
            label={`Changes from v${other.version} to v${version.version}`}
            before={prettySchema(other.schema)}
            after={prettySchema(version.schema)}
          />
        </>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
        <pre className={styles.text} tabIndex={0}>
          {prettySchema(version.schema)}
        </pre>
      )}
    </div>
  )
}
