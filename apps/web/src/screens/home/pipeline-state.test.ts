import type { PipelineSummary } from '@millrace/server'
import { expect, it } from 'vitest'
import { compareForHome, matchesSearch, shownState } from './pipeline-state.ts'

const pipeline = (change: Partial<PipelineSummary>): PipelineSummary => ({
  id: 'p',
  name: 'Orders per minute',
  state: 'running',
  trouble: null,
  cause: null,
  causeNode: null,
  rowsInPerSecond: null,
  rowsOutPerSecond: null,
  rowsBehind: null,
  timeBehindMs: null,
  checkpoint: null,
  resumedFrom: null,
  restarts24h: 0,
  version: 1,
  draftDiffers: false,
  problems: 0,
  savedAt: 0,
  template: null,
  thumbnail: { nodes: [], edges: [] },
  ...change,
})

it('puts what fails first, then what is behind or has problems, then what runs', () => {
  const names = [
    pipeline({ name: 'stopped', state: 'stopped' }),
    pipeline({ name: 'running' }),
    pipeline({ name: 'unfinished', trouble: 'problems', state: 'draft' }),
    pipeline({ name: 'behind', trouble: 'behind' }),
    pipeline({ name: 'failing', trouble: 'failing', state: 'restarting' }),
  ]
    .sort(compareForHome)
    .map((row) => row.name)
  expect(names).toEqual(['failing', 'behind', 'unfinished', 'running', 'stopped'])
})

it('says trouble before state, and tells what failed from what tries again', () => {
  const word = (change: Partial<PipelineSummary>) => shownState(pipeline(change)).word
  expect(word({ trouble: 'behind' })).toBe('Behind')
  expect(word({ trouble: 'problems', state: 'draft' })).toBe('Problems')
  expect(word({ trouble: 'failing', state: 'failed' })).toBe('Failed')
  expect(word({ trouble: 'failing', state: 'restarting' })).toBe('Restarting')
})

it('finds by name, state and cause, every word', () => {
  const row = pipeline({ trouble: 'behind', cause: 'Partition 4 of user-clicks holds time' })
  expect(matchesSearch(row, 'behind clicks')).toBe(true)
  expect(matchesSearch(row, 'failing')).toBe(false)
})
