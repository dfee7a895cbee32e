import type { RowType } from '@millrace/schemas'
import { field, formatType, types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { checkAggregate } from './aggregates.ts'
import { checkCondition, checkExpression } from './check.ts'
import { evaluate } from './interpret.ts'
import { RowFailure, type Value } from './kernel.ts'
import { printExpression } from './print.ts'

const row: RowType = {
  fields: [
    field('i', types.int),
    field('b', types.bigint, false),
    field('d', types.double),
    field('m', types.decimal(10, 2)),
    field('s', types.string),
    field('ts', types.timestamp, false),
    field('day', types.date),
    field('ok', types.boolean),
    field('order id', types.string),
    field('timestamp', types.bigint),
  ],
}
const at = Date.UTC(2026, 10, 22, 10, 20, 30, 123)
const values: Value[] = [7, 100n, 2.5, 1250n, 'Straße', at, 20_000, true, 'x', 5n]

function typed(text: string) {
  const checked = checkExpression(text, row)
  if (!checked.ok) throw new Error(`${text}: ${checked.problem.message}`)
  return checked.value
}

function typeName(text: string): string {
  const { type, nullable } = typed(text)
  return `${formatType(type)}${nullable ? '' : ' NOT NULL'}`
}

const resultOf = (text: string): Value => evaluate(typed(text), values)

describe('types, as Flink gives them', () => {
  it.each([
    ['1', 'INT NOT NULL'],
    ['3000000000', 'BIGINT NOT NULL'],
    ['1.50', 'DECIMAL(3, 2) NOT NULL'],
    ['1e3', 'DOUBLE NOT NULL'],
    ["'a'", 'STRING NOT NULL'],
    ['i + 1', 'INT'],
    ['i + b', 'BIGINT'],
    ['b / 3', 'BIGINT NOT NULL'],
    ['b + 1.5', 'DECIMAL(18, 1)'],
    ['m + 1', 'DECIMAL(13, 2)'],
    ['m * m', 'DECIMAL(18, 4)'],
    ['m / 3', 'DECIMAL(18, 10)'],
    ['m * 1e0', 'DOUBLE'],
    ['CASE WHEN ok THEN 1 ELSE b END', 'BIGINT NOT NULL'],
    ['CASE WHEN ok THEN 1 END', 'INT'],
    ['COALESCE(i, 0)', 'INT NOT NULL'],
    ['CHAR_LENGTH(s)', 'INT'],
    ['EXTRACT(HOUR FROM ts)', 'BIGINT NOT NULL'],
    ["ts - INTERVAL '5' MINUTE", 'TIMESTAMP(3) NOT NULL'],
    ['TIMESTAMPDIFF(SECOND, ts, ts)', 'INT NOT NULL'],
    ['i IS NULL', 'BOOLEAN NOT NULL'],
    ['TRY_CAST(s AS INT)', 'INT'],
    ['ROUND(m, 1)', 'DECIMAL(10, 1)'],
    ['AVG_LIKE_NAME', 'unknown'],
  ])('%s is %s', (text, expected) => {
    if (expected === 'unknown') expect(() => typed(text)).toThrow(/no column/)
    else expect(typeName(text)).toBe(expected)
  })
})

describe('values', () => {
  it.each<[string, Value]>([
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['-7 % 3', -1],
    ['2147483647 + 1', -2147483648],
    ['9223372036854775807 + 1', -9223372036854775808n],
    ['1.5 * 1.5', 225n],
    ['m / 8', 15_625_000_000n],
    ['1e0 / 0', Number.POSITIVE_INFINITY],
    ["'a' || 'b' || 'c'", 'abc'],
    ["'it''s'", "it's"],
    ['UPPER(s)', 'STRASSE'],
    ['CHAR_LENGTH(s)', 6],
    ['SUBSTRING(s, 2, 3)', 'tra'],
    ['SUBSTRING(s FROM -2)', 'ße'],
    ["POSITION('ß' IN s)", 5],
    ["TRIM(BOTH 'x' FROM 'xxaxx')", 'a'],
    ["TRIM(LEADING FROM '  a ')", 'a '],
    ["SPLIT_INDEX('a,b,c', ',', 1)", 'b'],
    ["LPAD('7', 3, '0')", '007'],
    ["CONCAT_WS('-', 'a', CAST(NULL AS STRING), 'b')", 'a-b'],
    ["'50%' LIKE '50!%' ESCAPE '!'", true],
    ["'abc' LIKE 'a_c'", true],
    ["s LIKE '%ß_'", true],
    ['NULL IS NULL', true],
    ['NULLIF(i, 7)', null],
    ['i IN (1, 7)', true],
    ['i NOT IN (1, CAST(NULL AS INT))', null],
    ['i BETWEEN 7 AND 8', true],
    ['i NOT BETWEEN 7 AND 8', false],
    ['ok AND CAST(NULL AS BOOLEAN)', null],
    ['NOT ok AND CAST(NULL AS BOOLEAN)', false],
    ['i IS DISTINCT FROM CAST(NULL AS INT)', true],
    ["IF(ok, 'yes', 'no')", 'yes'],
    ['CAST(2.999 AS INT)', 2],
    ['CAST(1e20 AS INT)', 2147483647],
    ["CAST(' 12 ' AS INT)", 12],
    ["CAST('t' AS BOOLEAN)", true],
    ['CAST(ok AS STRING)', 'TRUE'],
    ['CAST(d AS STRING)', '2.5'],
    ['CAST(1e10 AS STRING)', '1.0E10'],
    ['CAST(m AS STRING)', '12.50'],
    ['CAST(ts AS STRING)', '2026-11-22 10:20:30.123'],
    ['CAST(day AS STRING)', '2024-10-04'],
    ['CAST(123456 AS DECIMAL(4, 0))', null],
    ['ROUND(2.675e0, 2)', 2.68],
    ['ROUND(-2.5e0)', -3],
    ['ROUND(155, -1)', 160],
    ['TRUNCATE(m, 1)', 125n],
    ['FLOOR(-1.5)', -2n],
    ['CEIL(d)', 3],
    ["DATE_FORMAT(ts, 'yyyy-MM-dd''T''HH:mm EEE')", '2026-11-22T10:20 Sun'],
    ["TO_TIMESTAMP('22.11.2026 10:20', 'dd.MM.yyyy HH:mm')", Date.UTC(2026, 10, 22, 10, 20)],
    ["TO_TIMESTAMP('no')", null],
    ['TO_TIMESTAMP_LTZ(1732270800, 0)', 1_732_270_800_000],
    ["FLOOR(ts TO HOUR) = TIMESTAMP '2026-11-22 10:00:00'", true],
    ["ts > '2026-11-22 10:20:30'", true],
    ["TIMESTAMPDIFF(MONTH, TIMESTAMP '2026-01-31 00:00:00', TIMESTAMP '2026-03-30 00:00:00')", 1],
    ["DATE '2024-01-31' + INTERVAL '1' MONTH = DATE '2024-02-29'", true],
    ['EXTRACT(WEEK FROM ts)', 47n],
    ['DAYOFWEEK(ts)', 1n],
    ["UNIX_TIMESTAMP('1970-01-02 00:00:00')", 86_400n],
    ['FROM_UNIXTIME(86400)', '1970-01-02 00:00:00'],
    ['`order id`', 'x'],
    ['timestamp + 1', 6n],
    ['GREATEST(1, b, 3)', 100n],
    ['1 + 2 * 3 - -4', 11],
    ['NOT i = 8 AND ok', true],
    ['ok OR 1 / 0 = 1', true],
  ])('%s is %s', (text, expected) => {
    expect(resultOf(text)).toEqual(expected)
  })

  it('gives up the row where Flink would fail the job', () => {
    expect(() => resultOf('b / (i - 7)')).toThrow(RowFailure)
    expect(() => resultOf('b / (i - 7)')).toThrow(/NULLIF/)
    expect(() => resultOf('CAST(s AS INT)')).toThrow(
      "'Straße' is not a INT. TRY_CAST gives NULL instead.",
    )
  })
})

/** The problem, with its span marked in the text and the replacement it proposes. */
function problemOf(text: string, check = checkExpression): string {
  const checked = check(text, row)
  if (checked.ok) return 'fine'
  const { message, start, end, replacement } = checked.problem
  const marked = `${text.slice(0, start)}>${text.slice(start, end)}<${text.slice(end)}`
  return `${marked} — ${message}${replacement ? ` [${replacement.label}: ${replacement.text}]` : ''}`
}

describe('mistakes', () => {
  it('say where, what, and how to mend it', () => {
    const texts = [
      '',
      'i +',
      '(i + 1',
      'i + 1)',
      "s = 'abc",
      's = "abc"',
      'i == 7',
      'ok && ok',
      'stat = 1',
      'S = 1',
      "s + 'a'",
      's = 1',
      'i',
      'i AND ok',
      'NULL',
      'i = NULL',
      'SUBSTRNG(s, 1)',
      'UPPER(i)',
      'ROUND()',
      'NOW()',
      'SUM(i)',
      'CAST(b AS TIMESTAMP(3))',
      'CAST(s AS NUMBER)',
      "ts > 'yesterday'",
      's LIKE s',
      "INTERVAL '5' MINUTE",
      "DATE_FORMAT(ts, 'QQQ')",
      'i i',
      'CASE WHEN ok THEN 1',
      'i IN 1',
      'EXTRACT(MINUTS FROM ts)',
      'ts - ts',
      'm % d',
      '1 + 99999999999999999999',
      'a.b',
    ]
    expect(texts.map((text) => problemOf(text)).join('\n')).toMatchSnapshot()
  })

  it('a condition says that one is wanted', () => {
    expect(problemOf('i', checkCondition)).toBe(
      '>i< — A condition is wanted here, but this is INT. Compare it with something: … > 0.',
    )
  })

  it('text that is far too long or too deep is refused, not parsed', () => {
    expect(problemOf('('.repeat(1500))).toContain('levels deep')
    expect(problemOf(`i${' + i'.repeat(3000)}`)).toMatch(/characters|parts/)
    expect(problemOf(`i${'+i'.repeat(3999)}`)).toContain('more than 2000')
    expect(problemOf(`i${'+i'.repeat(999)}`)).toContain('more than 500 parts')
    expect(problemOf(`i IN (1${',1'.repeat(900)})`)).toContain('more than 500 parts')
    expect(problemOf(`NOT ${'NOT '.repeat(900)}ok`)).toContain('levels deep')
    expect(problemOf(`i${' + i'.repeat(600)}`)).toContain('more than 500 parts')
  })
})

describe('aggregates', () => {
  const aggregate = (text: string) => {
    const checked = checkAggregate(text, row)
    if (!checked.ok) return checked.problem.message
    const { function: name, argument, distinct, filter, type, nullable } = checked.value
    const shown = argument ? printExpression(argument, row) : '*'
    const where = filter ? ` where ${printExpression(filter, row)}` : ''
    return `${name}(${distinct ? 'distinct ' : ''}${shown})${where} ${formatType(type)}${nullable ? '' : ' NOT NULL'}`
  }

  it.each([
    ['COUNT(*)', 'count(*) BIGINT NOT NULL'],
    ['count(distinct s)', 'count(distinct s) BIGINT NOT NULL'],
    ['SUM(i)', 'sum(i) INT'],
    ['SUM(b)', 'sum(b) BIGINT NOT NULL'],
    ['SUM(m)', 'sum(m) DECIMAL(18, 2)'],
    ['AVG(b)', 'avg(b) BIGINT NOT NULL'],
    ['AVG(m)', 'avg(m) DECIMAL(18, 6)'],
    ['MAX(ts)', 'max(ts) TIMESTAMP(3) NOT NULL'],
    ['MIN(DISTINCT s)', 'min(s) STRING'],
    ["BOOL_OR(s = 'a')", "bool-or((s = 'a')) BOOLEAN"],
    ['SUM(b * 2) FILTER (WHERE ok)', 'sum((b * 2)) where ok BIGINT'],
    ['SUM(s)', 'SUM takes a number (CAST text to BIGINT or DECIMAL), but this is STRING.'],
    ['SUM(*)', 'SUM(*) has no meaning: name a column.'],
    ['SUMM(b)', 'There is no aggregate SUMM. Did you mean SUM?'],
    [
      'b',
      'One aggregate is wanted here: COUNT, SUM, AVG, MIN, MAX, BOOL_OR and BOOL_AND, such as SUM(amount) or COUNT(*).',
    ],
    [
      'SUM(b) / COUNT(*)',
      'One aggregate is wanted here: COUNT, SUM, AVG, MIN, MAX, BOOL_OR and BOOL_AND, such as SUM(amount) or COUNT(*). Compute with the results in a Select node behind the window.',
    ],
  ])('%s', (text, expected) => {
    expect(aggregate(text)).toBe(expected)
  })
})
