/** Makes a pipeline that begins with this topic: its columns and event time inferred from the last records. */
import type { Inference } from '@millrace/server'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { client } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { toast } from '../../ui/index.ts'
import { sourceConfigOf } from '../shared/source-config.ts'

export function useOpenAsPipeline(topic: string) {
  const [, navigate] = useLocation()
  return useMutation({
    mutationFn: async () => {
      const inference: Inference = await client.topics.infer.query({ name: topic })
      const made = await client.pipelines.create.mutate({ name: `From ${topic}` })
      const node = {
        id: 'source',
        kind: 'topic-source',
        version: 1,
        name: topic,
        config: sourceConfigOf(topic, inference),
        position: { x: 80, y: 120 },
      }
      const document = { ...made.document, nodes: [node] }
      await client.pipelines.save.mutate({ id: made.id, document, revision: made.revision })
      return made.id
    },
    onSuccess: (id) => navigate(paths.pipeline(id)),
    onError: (error) => toast.failed(`${topic} could not be opened as a pipeline`, error),
  })
}
