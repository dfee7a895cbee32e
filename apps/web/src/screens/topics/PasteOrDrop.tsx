/** Records from the clipboard or from a file: JSON lines, a JSON array, or CSV with a head. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { queryClient, trpc } from '../../api/client.ts'
import { plural } from '../../format/index.ts'
import { Button, Select, TextArea, toast } from '../../ui/index.ts'
import styles from './Topics.module.css'

export function PasteOrDrop({ name }: { name: string }) {
  const [text, setText] = useState('')
  const [over, setOver] = useState(false)
  const add = useMutation(
    trpc.topics.import.mutationOptions({
      onSuccess: (result) => {
        const bad =
          result.errorCount > 0
            ? `; ${plural(result.errorCount, 'line')} refused, first: line ${result.errors[0].line}, ${result.errors[0].message}`
            : ''
        toast.done(`${plural(result.imported, 'record')} written to ${name}${bad}`)
        void queryClient.invalidateQueries(trpc.topics.pathFilter())
      },
      onError: (error) => toast.failed('Nothing was imported', error),
    }),
  )
  const [keyField, setKeyField] = useState('')
  const fields = fieldsOf(text)
  const key = fields.includes(keyField) ? keyField : null
  const format = looksLikeCsv(text) ? 'csv' : 'ndjson'
  return (
    <section
      aria-label="Paste or drop records"
      className={styles.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={async (event) => {
        event.preventDefault()
        setOver(false)
        setText((await event.dataTransfer.files[0]?.text()) ?? '')
      }}
    >
      <p className={styles.hint}>
        Paste JSON, a record a line, or CSV with a head; or drop such a file here
      </p>
      <TextArea
        mono
        rows={6}
        aria-label="Records to import"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={styles.row}>
        {fields.length > 0 && (
          <Select
            aria-label="Key"
            options={[
              { value: '', label: 'no key: partitions take turns' },
              ...fields.map((field) => ({ value: field, label: `key: ${field}` })),
            ]}
            value={key ?? ''}
            onChange={setKeyField}
          />
        )}
        <Button
          disabled={text.trim() === '' || add.isPending}
          onClick={() => add.mutate({ name, text, format, keyField: key })}
        >
          Import as {format === 'csv' ? 'CSV' : 'JSON lines'}
        </Button>
      </div>
    </section>
  )
}

function looksLikeCsv(text: string): boolean {
  const first = text.trimStart()[0]
  return first !== undefined && first !== '{' && first !== '['
}

/** The fields of the first record, which may be the key; empty while it does not read. */
function fieldsOf(text: string): string[] {
  const [first] = text.trimStart().split('\n', 1)
  if (looksLikeCsv(text)) return first.split(',').map((name) => name.trim().replace(/^"|"$/g, ''))
  try {
    const value: unknown = JSON.parse(first)
    const record: unknown = Array.isArray(value) ? value[0] : value
    return typeof record === 'object' && record !== null ? Object.keys(record) : []
  } catch {
    return []
  }
}
