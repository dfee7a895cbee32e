import { expect, it } from 'vitest'
import { canonicalSchema } from './canonical.ts'

it('renders a schema as Avro does: no space, attributes in order, names relative to their namespace', () => {
  const written = `{
    "fields": [
      {"type": {"type": "long"}, "name": "id", "order": "ascending"},
      {"default": null, "type": ["null", {"logicalType": "timestamp-millis", "type": "long"}], "name": "at"},
      {"name": "inner", "doc": "nested", "type": {"namespace": "shop", "type": "record", "name": "In", "fields": []}},
      {"name": "again", "type": "shop.In", "custom": 1},
      {"name": "far", "type": {"type": "enum", "symbols": ["A"], "name": "other.E", "aliases": ["X"], "doc": "d"}}
    ],
    "doc": "an order", "name": "shop.Order", "type": "record"
  }`
  expect(canonicalSchema(written)).toBe(
    '{"type":"record","name":"Order","namespace":"shop","doc":"an order","fields":[' +
      '{"name":"id","type":"long"},' +
      '{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null},' +
      '{"name":"inner","type":{"type":"record","name":"In","fields":[]},"doc":"nested"},' +
      '{"name":"again","type":"In","custom":1},' +
      '{"name":"far","type":{"type":"enum","name":"E","namespace":"other","doc":"d","symbols":["A"],"aliases":["X"]}}]}',
  )
  expect(canonicalSchema(' "string" ')).toBe('"string"')
  expect(canonicalSchema('{"type": "string"}')).toBe('"string"')
  expect(canonicalSchema('string')).toBe('"string"')
})
