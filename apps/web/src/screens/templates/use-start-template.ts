/** Makes a pipeline from a template, deploys it and opens it. */
import type { TemplateInfo } from '@millrace/server'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { queryClient, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { toast } from '../../ui/index.ts'

export function useStartTemplate(template: TemplateInfo) {
  const [, navigate] = useLocation()
  return useMutation(
    trpc.templates.start.mutationOptions({
      onSuccess: (made) => {
        void queryClient.invalidateQueries(trpc.templates.pathFilter())
        navigate(paths.pipeline(made.pipeline))
      },
      onError: (error) => toast.failed(`${template.title} could not be started`, error),
    }),
  )
}
