/** An empty topic: paste rows, drop a file, fill it from a generator, or copy a snippet with this very address. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queryClient, trpc } from '../../api/client.ts'
import { plural } from '../../format/index.ts'
import { Button, Segmented, Select, TextArea, toast } from '../../ui/index.ts'
import { type SnippetKind, snippet, snippetKinds } from '../shared/snippets.ts'
import styles from './Topics.module.css'

const fillCount = 1000

function refresh(): void {
  void queryClient.invalidateQueries(trpc.topics.pathFilter())
}

export function EmptyTopic({ name }: { name: string }) {
  return (
    <div className={styles.empty}>
      <h2>No record in {name} yet</h2>
      <FillFromGenerator name={name} />
      <PasteOrDrop name={name} />
      <Snippets name={name} />
    </div>
  )
}

function FillFromGenerator({ name }: { name: string }) {
  const recipes = useQuery(trpc.topics.fillRecipes.queryOptions())
  const [recipe, setRecipe] = useState('')
  const fill = useMutation(
    trpc.topics.fill.mutationOptions({
      onSuccess: ({ written }) => {
        toast.done(`${plural(written, 'record')} written to ${name}`)
        refresh()
      },
      onError: (error) => toast.failed(`${name} could not be filled`, error),
    }),
  )
  const list = recipes.data ?? []
  if (list.length === 0) return null
  const chosen = recipe || list[0].id
  return (
    <section>
      <p className={styles.hint}>
        Fill it with {fillCount.toLocaleString('en-US')} made-up records
      </p>
      <div className={styles.row}>
        <Select
          aria-label="Kind of records"
          options={list.map((item) => ({ value: item.id, label: item.description }))}
          value={chosen}
          onChange={setRecipe}
        />
        <Button
          variant="primary"
          disabled={fill.isPending}
          onClick={() => fill.mutate({ name, recipe: chosen, count: fillCount })}
        >
          Fill from generator
        </Button>
      </div>
    </section>
  )
}

function PasteOrDrop({ name }: { name: string }) {
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
        refresh()
      },
      onError: (error) => toast.failed('Nothing was imported', error),
    }),
  )
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
        <Button
          disabled={text.trim() === '' || add.isPending}
          onClick={() => add.mutate({ name, text, format })}
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

export function Snippets({ name }: { name: string }) {
  const info = useQuery(trpc.system.info.queryOptions())
  const [kind, setKind] = useState<SnippetKind>('curl')
  if (!info.data) return null
  const text = snippet(kind, { topic: name, kafka: info.data.kafka, studio: info.data.studio })
  return (
    <section>
      <div className={styles.row}>
        <p className={styles.hint}>Or send records from a program</p>
        <Segmented
          label="Client"
          value={kind}
          options={snippetKinds}
          onChange={(next) => setKind(next)}
        />
      </div>
      <div className={styles.snippet}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
        <pre className={styles.bytes} tabIndex={0}>
          {text}
        </pre>
        <Button
          onClick={() => navigator.clipboard.writeText(text).then(() => toast.done('Copied'))}
        >
          Copy
        </Button>
      </div>
    </section>
  )
}
