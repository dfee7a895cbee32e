export function PipelineScreen({ id }: { id: string }) {
  return <main>{id}</main>
}
