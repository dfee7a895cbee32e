/** What would become of a schema if it were registered now: its faults, its changes, whom it breaks, which records it reads. */
import type { LevelProblem, SchemaFault } from '@millrace/schemas/registry'
import type { CompatibilityAnswer, SchemaRehearsal, SchemaVersion } from '@millrace/server'
import { Link } from 'wouter'
import { paths } from '../../app/navigation.ts'
import { formatCount, plural } from '../../format/index.ts'
import { Button } from '../../ui/index.ts'
import styles from './Schemas.module.css'
import { changeWords } from './schema-text.ts'
import type { useSchemaCheck } from './use-schema-check.ts'

export interface VerdictProps {
  check: ReturnType<typeof useSchemaCheck>
  latest: SchemaVersion | undefined
  onGoTo(index: number): void
}

export function Verdict({ check, latest, onGoTo }: VerdictProps) {
  const { schema, fault, compatibility, rehearsal } = check
  if (check.isEmpty)
    return <p className={styles.muted}>Paste or type a schema: it is checked while you type.</p>
  if (fault) return <Fault fault={fault} onGoTo={onGoTo} />
  return (
    <>
      <section>
        <h3>{latest ? `Changes since v${latest.version}` : 'First version'}</h3>
        {latest ? (
          <ul>
            {changeWords(latest.schema, schema).map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        ) : (
          <p className={styles.ok}>✓ A valid Avro schema; there is no version to compare with.</p>
        )}
      </section>
      {latest && (
        <section>
          <h3>Compatibility</h3>
          {compatibility.error ? (
            <p className={styles.bad}>✕ Could not be checked: {compatibility.error.message}</p>
          ) : compatibility.data ? (
            <Compatible answer={compatibility.data} />
          ) : (
            <p className={styles.muted}>Checking…</p>
          )}
        </section>
      )}
      <section>
        <h3>Recorded messages</h3>
        {rehearsal.error ? (
          <p className={styles.bad}>✕ Could not be read: {rehearsal.error.message}</p>
        ) : rehearsal.data ? (
          <Rehearsed found={rehearsal.data} />
        ) : (
          <p className={styles.muted}>Reading…</p>
        )}
      </section>
    </>
  )
}

function Fault({ fault, onGoTo }: { fault: SchemaFault; onGoTo(index: number): void }) {
  const { message, index, line, column } = fault
  return (
    <section>
      <h3>Not an Avro schema</h3>
      <p className={styles.bad}>✕ {message}</p>
      {index !== null && (
        <Button size="small" onClick={() => onGoTo(index)}>
          Go to line {line}, column {column}
        </Button>
      )}
    </section>
  )
}

function Compatible({ answer }: { answer: CompatibilityAnswer }) {
  if (answer.compatible) return <p className={styles.ok}>✓ Compatible at level {answer.level}</p>
  return (
    <>
      <p className={styles.bad}>✕ Not compatible at level {answer.level}</p>
      <ul>
        {answer.problems.map((problem) => (
          <Problem key={`${problem.version} ${problem.breaks} ${problem.message}`} {...problem} />
        ))}
      </ul>
    </>
  )
}

function Problem({ version, breaks, rule, message, mend }: LevelProblem) {
  const whom =
    breaks === 'new-readers'
      ? `Consumers with the new schema could not read records of v${version}.`
      : `Consumers with v${version} could not read new records.`
  return (
    <li>
      {message} <span className={styles.muted}>{whom}</span> <b>{mend}</b>{' '}
      <code className={styles.muted}>{rule}</code>
    </li>
  )
}

function Rehearsed({ found }: { found: SchemaRehearsal }) {
  const { topic, records, readable, tombstones, firstFailure } = found
  if (topic === null)
    return <p className={styles.muted}>No topic belongs to this subject, so none is read.</p>
  const link = <Link href={paths.topic(topic)}>{topic}</Link>
  const without = tombstones > 0 ? ` ${plural(tombstones, 'tombstone')} passed over.` : ''
  if (records === 0)
    return (
      <p className={styles.muted}>
        {link} has no records to try it on.{without}
      </p>
    )
  const words = `reads ${formatCount(readable)} of ${plural(records, 'recorded message')} of`
  if (firstFailure === null)
    return (
      <p>
        <span className={styles.ok}>✓ It {words}</span> {link}.{without}
      </p>
    )
  const { partition, offset, reason } = firstFailure
  return (
    <p>
      <span className={styles.bad}>✕ It {words}</span> {link}.{without} The first that fails is
      partition {partition}, offset {offset}: {reason}
    </p>
  )
}
