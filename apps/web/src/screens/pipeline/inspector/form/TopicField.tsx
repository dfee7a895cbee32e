/** A topic by name: those that exist are offered, one that does not can be made here. */
import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useStore } from 'zustand'
import { client } from '../../../../api/client.ts'
import { Button, Input, toast } from '../../../../ui/index.ts'
import { type PipelineModel, useModel } from '../../model.ts'
import { useForm } from './context.ts'
import styles from './Form.module.css'

export interface TopicFieldProps {
  id?: string
  'aria-label'?: string
  'aria-describedby'?: string
  invalid?: boolean
  readOnly?: boolean
  value: string
  onValue(name: string): void
}

/** Partitions of a topic that is made here. */
const newTopicPartitions = 6

export function TopicField({ value, onValue, readOnly, ...rest }: TopicFieldProps) {
  const model = useModel()
  const form = useForm()
  const listId = useId()
  const [made, setMade] = useState<string | null>(null)
  // The analysis is renewed whenever the topics are.
  useStore(model.analyst.store)
  const topics = [...model.analyst.topics().values()]
  const exists = topics.some((topic) => topic.name === value) || made === value
  const isSink = form.definition.group === 'sink'
  const create = useMutation({
    mutationFn: () => client.topics.create.mutate({ name: value, partitions: newTopicPartitions }),
    onSuccess: async () => {
      setMade(value)
      await readTopics(model)
      toast.done(`Topic ${value} made, ${newTopicPartitions} partitions`)
    },
    onError: (error) => toast.failed(`Topic ${value} could not be made`, error),
  })
  return (
    <>
      <span className={styles.inline}>
        <Input
          {...rest}
          mono
          list={listId}
          value={value}
          readOnly={readOnly}
          placeholder={isSink ? 'new or existing topic' : 'topic'}
          maxLength={249}
          onChange={(event) => onValue(event.target.value.trim())}
        />
        {value && !exists && !readOnly && (
          <Button busy={create.isPending} onClick={() => create.mutate()}>
            Create
          </Button>
        )}
      </span>
      <datalist id={listId}>
        {topics.map((topic) => (
          <option key={topic.name} value={topic.name}>
            {topic.partitions} partitions
          </option>
        ))}
      </datalist>
    </>
  )
}

export async function readTopics(model: PipelineModel): Promise<void> {
  const topics = await client.topics.known.query()
  model.analyst.setTopics(new Map(topics.map((topic) => [topic.name, topic])))
}
