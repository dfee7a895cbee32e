/** An empty topic: paste rows, drop a file, fill it from a generator, or copy a snippet with this very address. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queryClient, trpc } from '../../api/client.ts'
import { plural } from '../../format/index.ts'
import { Button, copyText, Segmented, Select, toast } from '../../ui/index.ts'
import { type SnippetKind, snippet, snippetKinds } from '../shared/snippets.ts'
import { PasteOrDrop } from './PasteOrDrop.tsx'
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
        <Button onClick={() => copyText('Snippet', text)}>Copy</Button>
      </div>
    </section>
  )
}
