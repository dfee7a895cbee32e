/** Random expression texts and batches over one row type: the generator of the property tests. */
import type { Random } from '@millrace/base'
import { randomInteger } from '@millrace/base'
import type { Batch, CellValue, DataType, RowType } from '@millrace/schemas'
import { BatchBuilder, field, types } from '@millrace/schemas'

export const sampleRow: RowType = {
  fields: [
    field('flag', types.boolean),
    field('small', types.int),
    field('sure_small', types.int, false),
    field('big', types.bigint),
    field('sure_big', types.bigint, false),
    field('ratio', types.double),
    field('price', types.decimal(10, 2)),
    field('share', types.decimal(6, 4)),
    field('word', types.string),
    field('sure_word', types.string, false),
    field('day', types.date),
    field('at', types.timestamp),
  ],
}

type Kind = 'bool' | 'int' | 'bigint' | 'double' | 'decimal' | 'string' | 'date' | 'time'

const pick = <T>(random: Random, from: readonly T[]): T =>
  from[randomInteger(random, 0, from.length - 1)]

const kinds: readonly Kind[] = ['int', 'bigint', 'double', 'decimal', 'string', 'date', 'time']
const words = ["'apple'", "'Äpfel 🍎'", "''", "' a b '", "'it''s'", "'a%b_'", "'12'", "'zebra'"]

/** A text whose value has that kind; may fail or be NULL for some rows. */
export function randomText(random: Random, kind: Kind, depth: number): string {
  if (depth <= 0 || random.next() < 0.15) return leaf(random, kind)
  const deeper = (other: Kind) => randomText(random, other, depth - 1)
  if (random.next() < 0.15)
    return `CASE WHEN ${deeper('bool')} THEN ${deeper(kind)} ${random.next() < 0.7 ? `ELSE ${deeper(kind)} ` : ''}END`
  if (random.next() < 0.08) return `COALESCE(${deeper(kind)}, ${deeper(kind)})`
  if (kind !== 'bool' && random.next() < 0.05) return `GREATEST(${deeper(kind)}, ${deeper(kind)})`
  switch (kind) {
    case 'bool':
      return randomCondition(random, deeper)
    case 'int':
      return pick(random, [
        () => `(${deeper('int')} ${pick(random, ['+', '-', '*', '/', '%'])} ${deeper('int')})`,
        () => `(- ${deeper('int')})`,
        () => `CHAR_LENGTH(${deeper('string')})`,
        () => `POSITION(${leaf(random, 'string')} IN ${deeper('string')})`,
        () => `CAST(${deeper(pick(random, ['bigint', 'double', 'decimal', 'bool']))} AS INT)`,
        () => `TRY_CAST(${deeper('string')} AS INT)`,
        () => `ABS(${deeper('int')})`,
        () =>
          `TIMESTAMPDIFF(${pick(random, ['HOUR', 'DAY', 'MONTH'])}, ${deeper('time')}, ${deeper('time')})`,
      ])()
    case 'bigint':
      return pick(random, [
        () =>
          `(${deeper('bigint')} ${pick(random, ['+', '-', '*', '/', '%'])} ${deeper(pick(random, ['int', 'bigint']))})`,
        () => `CAST(${deeper(pick(random, ['int', 'double', 'decimal']))} AS BIGINT)`,
        () => `SIGN(${deeper('bigint')})`,
        () => `EXTRACT(${pick(random, ['YEAR', 'DOW', 'HOUR', 'WEEK'])} FROM ${deeper('time')})`,
      ])()
    case 'double':
      return pick(random, [
        () =>
          `(${deeper('double')} ${pick(random, ['+', '-', '*', '/'])} ${deeper(pick(random, ['int', 'double', 'decimal']))})`,
        () => `${pick(random, ['FLOOR', 'CEIL', 'ABS', 'SQRT', 'EXP'])}(${deeper('double')})`,
        () => `ROUND(${deeper('double')}, ${randomInteger(random, -2, 4)})`,
        () => `CAST(${deeper(pick(random, ['int', 'bigint', 'decimal']))} AS DOUBLE)`,
      ])()
    case 'decimal':
      return pick(random, [
        () =>
          `(${deeper('decimal')} ${pick(random, ['+', '-', '*', '/', '%'])} ${deeper(pick(random, ['int', 'decimal']))})`,
        () =>
          `CAST(${deeper(pick(random, ['int', 'double', 'bigint']))} AS DECIMAL(${randomInteger(random, 6, 18)}, ${randomInteger(random, 0, 4)}))`,
        () => `ROUND(${deeper('decimal')}, ${randomInteger(random, -1, 3)})`,
        () => `${pick(random, ['FLOOR', 'CEIL', 'ABS', 'SIGN'])}(${deeper('decimal')})`,
      ])()
    case 'string':
      return pick(random, [
        () => `(${deeper('string')} || ${deeper('string')})`,
        () =>
          `${pick(random, ['UPPER', 'LOWER', 'TRIM', 'LTRIM', 'RTRIM', 'REVERSE'])}(${deeper('string')})`,
        () =>
          `SUBSTRING(${deeper('string')}, ${randomInteger(random, -4, 6)}${random.next() < 0.5 ? `, ${randomInteger(random, 0, 5)}` : ''})`,
        () => `REPLACE(${deeper('string')}, 'p', 'Ü')`,
        () => `LPAD(${deeper('string')}, ${randomInteger(random, 0, 9)}, 'xy')`,
        () => `CONCAT_WS('-', ${deeper('string')}, ${deeper('string')})`,
        () => `CAST(${deeper(pick(random, kinds))} AS STRING)`,
        () => `SPLIT_INDEX(${deeper('string')}, ' ', 1)`,
        () => `DATE_FORMAT(${deeper('time')}, 'yyyy-MM-dd HH:mm')`,
      ])()
    case 'date':
      return pick(random, [
        () => `(${deeper('date')} + INTERVAL '3' MONTH)`,
        () => `CAST(${deeper('time')} AS DATE)`,
        () => `FLOOR(${deeper('date')} TO MONTH)`,
      ])()
    case 'time':
      return pick(random, [
        () =>
          `(${deeper('time')} ${pick(random, ['+', '-'])} INTERVAL '90' ${pick(random, ['MINUTE', 'SECOND', 'DAY', 'MONTH'])})`,
        () =>
          `${pick(random, ['FLOOR', 'CEIL'])}(${deeper('time')} TO ${pick(random, ['HOUR', 'MONTH', 'YEAR'])})`,
        () => `CAST(${deeper('date')} AS TIMESTAMP(3))`,
      ])()
  }
}

function randomCondition(random: Random, deeper: (kind: Kind) => string): string {
  const kind = pick(random, kinds)
  return pick(random, [
    () => `(${deeper(kind)} ${pick(random, ['=', '<>', '<', '<=', '>', '>='])} ${deeper(kind)})`,
    () => `(${deeper('bool')} ${pick(random, ['AND', 'OR'])} ${deeper('bool')})`,
    () => `(NOT ${deeper('bool')})`,
    () => `(word ${pick(random, ['=', '<>', '<', '<=', '>', '>='])} sure_word)`,
    () => `(${deeper(kind)} IS ${pick(random, ['', 'NOT '])}NULL)`,
    () => `(${deeper('bool')} IS ${pick(random, ['', 'NOT '])}${pick(random, ['TRUE', 'FALSE'])})`,
    () => `(${deeper(kind)} IS ${pick(random, ['', 'NOT '])}DISTINCT FROM ${deeper(kind)})`,
    () => `(${deeper(kind)} IN (${deeper(kind)}, ${deeper(kind)}, ${deeper(kind)}))`,
    () =>
      `(${deeper(kind)} ${pick(random, ['', 'NOT '])}BETWEEN ${deeper(kind)} AND ${deeper(kind)})`,
    () =>
      `(${deeper('string')} LIKE ${pick(random, ["'a%'", "'%e'", "'%pp%'", "'_%l_'", "''", "'%'", "'a!%b!_' ESCAPE '!'"])})`,
    () =>
      `(big ${pick(random, ['=', '<', '>='])} ${pick(random, ['9007199254740991', '9007199254740993', '-1', '0', 'sure_small'])})`,
    () => `STARTSWITH(${deeper('string')}, ${leaf(random, 'string')})`,
    () => `ENDSWITH(${deeper('string')}, ${leaf(random, 'string')})`,
  ])()
}

function leaf(random: Random, kind: Kind): string {
  switch (kind) {
    case 'bool':
      return pick(random, ['flag', 'TRUE', 'FALSE', 'small > 0', 'CAST(NULL AS BOOLEAN)'])
    case 'int':
      return pick(random, ['small', 'sure_small', '0', '1', '-7', '2147483647'])
    case 'bigint':
      return pick(random, ['big', 'sure_big', '3000000000', '-3000000000', '9007199254740993'])
    case 'double':
      return pick(random, ['ratio', '1.5e0', '0e0', '-2.25e3'])
    case 'decimal':
      return pick(random, ['price', 'share', '1.25', '0.5', '100.0'])
    case 'string':
      return pick(random, ['word', 'sure_word', ...words])
    case 'date':
      return pick(random, ['day', "DATE '2024-02-29'"])
    case 'time':
      return pick(random, ['at', "TIMESTAMP '2026-11-22 10:20:30.123'"])
  }
}

const edgeValues: Record<string, readonly CellValue[]> = {
  BOOLEAN: [true, false],
  INT: [0, 1, -1, 2147483647, -2147483648, 42],
  BIGINT: [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 9007199254740993n, 4294967296n],
  DOUBLE: [0, -0, 1.5, -2.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 0.1],
  DECIMAL: [0n, 1n, -1n, 99_9999n, -12_345n, 50n],
  STRING: ['', 'apple', 'Äpfel 🍎', ' a b ', 'ZEBRA', '12', 'a%b_', '-7', 'true'],
  DATE: [0, -1, 20_000, 19_782],
  TIMESTAMP: [0, -1, 1_764_000_000_123, 951_782_400_000],
}

export function randomBatch(random: Random, rows: number): Batch {
  const builder = new BatchBuilder(sampleRow, { capacity: rows, withEventTime: true })
  for (let i = 0; i < rows; i++) {
    const row = builder.addRow(i * 1000)
    builder.setOrigin(row, i % 3, i)
    sampleRow.fields.forEach(({ type, nullable }, index) => {
      if (nullable && random.next() < 0.2) builder.setNull(index, row)
      else builder.setCell(index, row, pick(random, edgeValues[type.kind]))
    })
  }
  return builder.take()
}

export const sampleTypes: DataType[] = sampleRow.fields.map(({ type }) => type)
export const allKinds: readonly Kind[] = ['bool', ...kinds]
