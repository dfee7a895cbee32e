/** The server's HTTP API, as any program may call it. */

interface Answer {
  result?: { data: unknown }
  error?: { message: string }
}

async function unwrap<T>(response: Response, path: string): Promise<T> {
  const answer = (await response.json()) as Answer
  if (answer.error) throw new Error(`${path}: ${answer.error.message}`)
  return answer.result?.data as T
}

/** Calls of the tRPC API over plain HTTP. */
export class Api {
  private readonly studio: string

  constructor(studio: string) {
    this.studio = studio
  }

  async ask<T>(path: string, input: unknown = undefined): Promise<T> {
    const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
    return unwrap<T>(await fetch(`${this.studio}/trpc/${path}${query}`), path)
  }

  async tell<T>(path: string, input: unknown): Promise<T> {
    const response = await fetch(`${this.studio}/trpc/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    return unwrap<T>(response, path)
  }

  /** Makes a pipeline of these nodes and edges and saves its draft. */
  async draw(
    name: string,
    draw: (document: PipelineDraft) => void,
  ): Promise<{ id: string; revision: number }> {
    const made = await this.tell<{ id: string; document: PipelineDraft; revision: number }>(
      'pipelines.create',
      { name },
    )
    draw(made.document)
    const { id, document, revision } = made
    const saved = await this.tell<{ ok: boolean; revision: number }>('pipelines.save', {
      id,
      document,
      revision,
    })
    return { id, revision: saved.revision }
  }

  /** Draws a pipeline and deploys it; answers its id. */
  async deploy(name: string, draw: (document: PipelineDraft) => void): Promise<string> {
    const drawn = await this.draw(name, draw)
    const deployed = await this.tell<{ ok: boolean; problems?: unknown }>('pipelines.deploy', drawn)
    if (!deployed.ok)
      throw new Error(`${name} was not deployed: ${JSON.stringify(deployed.problems)}`)
    return drawn.id
  }
}

/** The part of a pipeline document that tests write. */
export interface PipelineDraft {
  nodes: {
    id: string
    kind: string
    version: number
    name: string
    config: Record<string, unknown>
    position: { x: number; y: number }
  }[]
  edges: { from: { node: string; port: string }; to: { node: string; port: string } }[]
  settings: Record<string, number>
}

/** Adds a node behind `after` (its main output). */
export function addNode(
  draft: PipelineDraft,
  kind: string,
  config: Record<string, unknown>,
  after?: string,
): string {
  const id = `${kind}-${draft.nodes.length + 1}`
  draft.nodes.push({
    id,
    kind,
    version: 1,
    name: id,
    config,
    position: { x: draft.nodes.length * 300, y: 0 },
  })
  if (after) draft.edges.push({ from: { node: after, port: 'rows' }, to: { node: id, port: 'in' } })
  return id
}
