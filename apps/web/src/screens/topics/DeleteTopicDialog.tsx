/** Deletes a topic, naming what is lost and who uses it. */
import type { TopicDescription, TopicSummary } from '@millrace/server'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { queryClient, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { plural } from '../../format/index.ts'
import { Button, Dialog, toast } from '../../ui/index.ts'
import { references } from './topic-columns.tsx'

export function DeleteTopicDialog({
  topic,
  open,
  onClose,
}: {
  topic: TopicDescription
  open: boolean
  onClose(): void
}) {
  const [, navigate] = useLocation()
  const { name, records } = topic.summary
  const used = usageWords(topic)
  const remove = useMutation(
    trpc.topics.delete.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries(trpc.topics.pathFilter())
        toast.done(`${name} was deleted`)
        navigate(paths.topics())
      },
      onError: (error) => toast.failed(`${name} could not be deleted`, error),
    }),
  )
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Delete ${name}?`}
      description={`${plural(records, 'record')} will be gone for good.${used}`}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            variant="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate({ name, force: used !== '' })}
          >
            Delete with its records
          </Button>
        </>
      }
    />
  )
}

/** " It is read by 2 running pipelines (A, B) and by 1 consumer group." */
function usageWords({ summary, groups }: TopicDescription): string {
  const readBy = summary.readBy.filter((reader) => reader.running)
  const writtenBy = summary.writtenBy.filter((writer) => writer.running)
  const active = groups.filter(({ pipeline, members }) => pipeline === null && members.length > 0)
  const uses = [
    readBy.length > 0 && `read by ${running(readBy)}`,
    writtenBy.length > 0 && `written by ${running(writtenBy)}`,
    active.length > 0 && `read by ${plural(active.length, 'consumer group')} with members`,
  ].filter((use) => use !== false)
  return uses.length === 0 ? '' : ` It is ${uses.join(' and ')}.`
}

function running(list: TopicSummary['readBy']): string {
  const names = new Set(list.map(({ name }) => name))
  return `${plural(names.size, 'running pipeline')} (${references(list)})`
}
