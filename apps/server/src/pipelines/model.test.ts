import type { PhysicalPlan } from '@millrace/engine/plan'
import { emptyDocument } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { apply, emptyModel, type PipelineRecord } from './model.ts'

const document = (name: string) => emptyDocument('p', name)
const draft = (revision: number, name: string): PipelineRecord => ({
  is: 'draft',
  id: 'p',
  revision,
  savedAt: revision,
  by: null,
  template: null,
  document: document(name),
})
const version = (number: number): PipelineRecord => ({
  is: 'version',
  id: 'p',
  version: number,
  deployedAt: number,
  summary: '',
  document: document(`v${number}`),
  plan: {} as PhysicalPlan,
})
const wanted = (number: number): PipelineRecord => ({
  is: 'wanted',
  id: 'p',
  version: number,
  running: true,
  at: 0,
})
const deleted: PipelineRecord = { is: 'deleted', id: 'p', at: 0 }

function replayed(...records: PipelineRecord[]) {
  const model = emptyModel()
  for (const record of records) apply(model, record)
  return model.pipelines.get('p')
}

describe('the model of pipelines', () => {
  it('is the same from every record and from the newest of each key', () => {
    const all = replayed(draft(1, 'a'), version(1), wanted(1), draft(2, 'b'), version(2), wanted(2))
    const newest = replayed(version(1), draft(2, 'b'), version(2), wanted(2))
    expect(newest).toEqual(all)
    expect(newest?.current?.version).toBe(2)
    const draftLast = replayed(version(1), wanted(1), draft(2, 'b'))
    expect(draftLast).toEqual(replayed(draft(1, 'a'), version(1), wanted(1), draft(2, 'b')))
  })

  it('forgets what a deleted pipeline of the same id had', () => {
    expect(replayed(version(1), deleted)).toBeUndefined()
    expect(replayed(version(1), deleted, draft(1, 'anew'))).toMatchObject({
      versions: [],
      current: null,
      draft: { name: 'anew' },
    })
  })
})
