/** Templates: a pipeline made from one, deployed at once, and removed with all that it made. */
import { AppError } from '@millrace/base'
import { type PipelineTemplate, templates } from '@millrace/nodes/templates'
import { onTopic, wantedColumns } from '@millrace/nodes/templates/on-topic'
import type {
  MadeByTemplates,
  PipelineDocument,
  RemovedTemplate,
  TemplateInfo,
} from '../api-types.ts'
import type { Pipelines } from '../pipelines/pipeline-service.ts'
import { listed } from '../runs/words.ts'
import type { TemplateService, TemplateTopic } from '../services.ts'
import { deadLetterTopic, type KnownPipeline, topicOfNode } from '../topics/references.ts'
import type { Topics } from '../topics/topic-service.ts'

export interface TemplateOptions {
  enabled: boolean
  pipelines: Pipelines
  topics: Topics
  audit(action: string, subject: string, words: string): void
}

export function createTemplateService(options: TemplateOptions): TemplateService {
  const { enabled, pipelines } = options
  const shown = enabled ? templates : []
  const madeFromAny = () => templates.flatMap(({ id }) => pipelines.madeFrom(id))
  return {
    list: async () => shown.map((template) => infoOf(template, options.pipelines)),
    start: (id, on) => startTemplate(options, find(shown, id), on),
    remove: async (id) => removeMade(options, id, pipelines.madeFrom(find(shown, id).id)),
    made: () => madeByAll(options, madeFromAny()),
    removeAll: () => removeMade(options, 'all templates', madeFromAny()),
  }
}

function find(shown: readonly PipelineTemplate[], id: string): PipelineTemplate {
  const template = shown.find((each) => each.id === id)
  if (template) return template
  throw new AppError(`There is no template ${id}.`, {
    code: 'template-not-found',
    origin: 'user',
    details: { template: id },
  })
}

function infoOf(template: PipelineTemplate, pipelines: Pipelines): TemplateInfo {
  const { id, title, question, teaches, minutes, firstRow, category, document } = template
  return {
    id,
    title,
    question,
    teaches,
    minutes,
    firstRow,
    category,
    document,
    creates: [...template.creates],
    startedAs: pipelines
      .madeFrom(id)
      .map(({ id: pipeline, name, running }) => ({ pipeline, name, running })),
    variantOf: template.variantOf ?? null,
    trap: template.trap ?? null,
  }
}

async function startTemplate(
  { pipelines, topics, audit }: TemplateOptions,
  template: PipelineTemplate,
  on: TemplateTopic | undefined,
): Promise<{ pipeline: string; version: number }> {
  const { id, title } = template
  const document = on
    ? onTopic(template.document, { name: on.topic, ...(await topics.infer(on.topic)) }, on.columns)
    : template.document
  const made = await pipelines.create({ name: title, document, template: id })
  const result = await pipelines.deploy({ id: made.id, revision: made.revision, anew: true })
  if (!result.ok) {
    await pipelines.delete(made.id)
    if (on) throw unfit(template, on, result.problems[0]?.message)
    throw new AppError(`The template ${title} cannot be deployed: ${result.problems[0]?.message}`, {
      code: 'template-broken',
      origin: 'internal',
      details: { template: id, problems: result.problems },
    })
  }
  topics.written()
  audit('start-template', id, `Started ${title} from its template.`)
  return { pipeline: made.id, version: result.version }
}

function unfit(
  { title, document }: PipelineTemplate,
  { topic, columns }: TemplateTopic,
  problem: string | undefined,
): AppError {
  const missing = wantedColumns(document).filter(({ name }) => !columns[name])
  const without = missing.length > 0 ? ` without ${listed(missing.map(({ name }) => name))}` : ''
  return new AppError(`${title} cannot run on ${topic}${without}: ${problem}`, {
    code: 'document-refused',
    origin: 'user',
    details: { topic, columns },
  })
}

/** Removes every pipeline made from the templates, then the topics that nothing else uses. */
async function removeMade(
  { pipelines, topics, audit }: TemplateOptions,
  subject: string,
  made: readonly KnownPipeline[],
): Promise<RemovedTemplate> {
  for (const { id } of made) await pipelines.delete(id)
  const removed = await topics.deleteUnused(topicsOfAll(made))
  const names = made.map(({ name }) => name)
  if (made.length > 0)
    audit('remove-template', subject, `Removed ${listed(names)} with ${listed(removed)}.`)
  return { pipelines: made.map(({ id }) => id), topics: removed }
}

async function madeByAll(
  { topics }: TemplateOptions,
  made: readonly KnownPipeline[],
): Promise<MadeByTemplates> {
  const { unused, used } = await topics.usedWithout(
    topicsOfAll(made),
    made.map(({ id }) => id),
  )
  return {
    pipelines: made.map(({ id, name, running }) => ({ id, name, running })),
    topics: unused,
    kept: used,
  }
}

function topicsOfAll(made: readonly KnownPipeline[]): string[] {
  const written = made.flatMap(({ id, documents }) => [
    ...documents.flatMap(topicsOf),
    deadLetterTopic(id),
  ])
  return [...new Set(written)]
}

/** Topics that a pipeline writes; those that it only reads are not its own. */
function topicsOf(document: PipelineDocument): string[] {
  const written = document.nodes
    .filter((node) => node.kind === 'topic-sink')
    .map(topicOfNode)
    .filter((topic) => topic !== null)
  return [...new Set(written)]
}
