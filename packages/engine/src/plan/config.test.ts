import type { DocumentNode } from '@millrace/schemas'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { migrateConfig, parseConfig } from './config.ts'
import { defineNode, type NodeDefinition } from './node-definition.ts'

/** Version 2 renamed `width` to `sizeMs`, version 3 counts in milliseconds. */
const sized = defineNode<{ sizeMs: number }>({
  kind: 'sized',
  version: 3,
  group: 'row',
  title: 'Sized',
  icon: 'box',
  tagline: 'Has a size.',
  config: z.strictObject({ sizeMs: z.int().min(1).meta({ title: 'Size', unit: 'ms' }) }),
  initial: () => ({ sizeMs: 1 }),
  migrations: [
    ({ width, ...rest }) => ({ ...rest, sizeMs: width }),
    (config) => ({ ...config, sizeMs: Number(config.sizeMs) * 1000 }),
  ],
  inputs: [],
  outputs: () => [],
  describe: () => [],
  infer: () => ({ outputs: {}, problems: [] }),
  readColumns: () => new Set(),
  compile: () => ({ operators: [], edges: [], inputs: [], outputs: {} }),
  docs: '',
}) as unknown as NodeDefinition<never>

function nodeOf(version: number, config: Record<string, unknown>): DocumentNode {
  return { id: 'n', kind: 'sized', version, name: 'N', config, position: { x: 0, y: 0 } }
}

it('brings a config of any older version to the present one, step by step', () => {
  expect(migrateConfig(nodeOf(1, { width: 5 }), sized)).toEqual({ sizeMs: 5000 })
  expect(migrateConfig(nodeOf(2, { sizeMs: 5 }), sized)).toEqual({ sizeMs: 5000 })
  expect(migrateConfig(nodeOf(3, { sizeMs: 5 }), sized)).toEqual({ sizeMs: 5 })
})

it('leaves the config of the document as it was', () => {
  const config = { width: 5 }
  expect(parseConfig(nodeOf(1, config), sized).config).toEqual({ sizeMs: 5000 })
  expect(config).toEqual({ width: 5 })
})

it('parses the same config object once, but again for another node', () => {
  const config = { sizeMs: 0 }
  const first = parseConfig(nodeOf(3, config), sized)
  expect(parseConfig(nodeOf(3, config), sized)).toBe(first)
  expect(first.problems.map(({ message }) => message)).toEqual([
    "'Size' is too small: at least 1 ms.",
  ])
  const other = parseConfig({ ...nodeOf(3, config), id: 'm' }, sized)
  expect(other.problems[0].node).toBe('m')
})

it('refuses what a newer version wrote', () => {
  expect(parseConfig(nodeOf(4, {}), sized).problems[0].code).toBe('config-version')
})
