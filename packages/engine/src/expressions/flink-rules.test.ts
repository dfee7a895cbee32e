/** Flink's rules at the edges: NULL in logic, text by code points, casts, times before 1970, decimals, overflow, NaN. */
import { field, formatType, type RowType, types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { checkExpression } from './check.ts'
import { evaluate } from './interpret.ts'
import { RowFailure, type Value } from './kernel.ts'

const row: RowType = {
  fields: [
    field('i', types.int),
    field('b', types.bigint, false),
    field('n', types.int),
    field('s', types.string),
    field('old', types.timestamp),
    field('nan', types.double),
    field('zero', types.double),
  ],
}
const values: Value[] = [7, 100n, null, 'a😀b', -1, Number.NaN, -0]

function typed(text: string) {
  const checked = checkExpression(text, row)
  if (!checked.ok) throw new Error(`${text}: ${checked.problem.message}`)
  return checked.value
}

const resultOf = (text: string): Value => evaluate(typed(text), values)

const utc = (...parts: Parameters<typeof Date.UTC>) => Date.UTC(...parts)

const groups: Record<string, [string, Value][]> = {
  'NULL in logic': [
    ['i IN (1, NULL)', null],
    ['i IN (7, NULL)', true],
    ['i NOT IN (1, NULL)', null],
    ['i NOT IN (7, NULL)', false],
    ['i BETWEEN NULL AND 5', false],
    ['i BETWEEN NULL AND 8', null],
    ['i NOT BETWEEN NULL AND 5', true],
    ['NOT (n = 1)', null],
    ['n = 1 OR TRUE', true],
    ['n = 1 AND FALSE', false],
    ["CASE n WHEN 1 THEN 'a' ELSE 'b' END", 'b'],
  ],
  'text by code points': [
    ["s LIKE 'a_b'", true],
    ["s LIKE 'a__b'", false],
    ["'a😀%' LIKE 'a_!%' ESCAPE '!'", true],
    ['CHAR_LENGTH(s)', 3],
    ['SUBSTRING(s, 2, 1)', '😀'],
    ['SUBSTRING(s, 0, 2)', 'a😀'],
    ['SUBSTRING(s, -2)', '😀b'],
    ['SUBSTRING(s, -9, 8)', ''],
    ['SUBSTRING(s, 1, -1)', null],
    ["POSITION('b' IN s)", 3],
    ["'😀' > '\uffff'", true],
    ["'a' = 'a '", false],
    ["SPLIT_INDEX('a b', '', 1)", 'b'],
    ["SPLIT_INDEX('a,', ',', 1)", ''],
  ],
  casts: [
    ["CAST('.5' AS INT)", 0],
    ["CAST('-1.9' AS INT)", -1],
    ["TRY_CAST('2147483648' AS INT)", null],
    ["TRY_CAST('1e3' AS INT)", null],
    ["TRY_CAST('-' AS INT)", null],
    ["CAST('NaN' AS DOUBLE)", Number.NaN],
    ["CAST(' -Infinity ' AS DOUBLE)", Number.NEGATIVE_INFINITY],
    ['CAST(CAST(nan AS STRING) AS DOUBLE)', Number.NaN],
    ["TRY_CAST('nan' AS DOUBLE)", null],
    ["CAST('-1.005' AS DECIMAL(4, 2))", -101n],
    ['CAST(3000000000 AS INT)', -1294967296],
    ['CAST(nan AS INT)', 0],
    ['CAST(zero AS STRING)', '-0.0'],
    ["CAST('2026-01-01 10:20:30.987' AS TIMESTAMP(0))", utc(2026, 0, 1, 10, 20, 30)],
    ["CAST('1969-12-31 23:59:59.95' AS TIMESTAMP(1))", -100],
    ["CAST('2026-01-05 10:00:00' AS DATE)", 20_458],
    ["TO_DATE('2026-01-05 10:00:00')", 20_458],
    ["TRY_CAST('2026-02-30' AS DATE)", null],
  ],
  'times before 1970': [
    ['EXTRACT(SECOND FROM old)', 59n],
    ['EXTRACT(YEAR FROM old)', 1969n],
    ['FLOOR(old TO HOUR)', -3_600_000],
    ['CEIL(old TO DAY)', 0],
    ["DATE_FORMAT(old, 'yyyy-MM-dd HH:mm:ss.SSS')", '1969-12-31 23:59:59.999'],
    ['CAST(old AS TIMESTAMP(0))', -1000],
    ['CAST(old AS DATE)', -1],
    ['FROM_UNIXTIME(-1)', '1969-12-31 23:59:59'],
  ],
  'numbers at their limits': [
    ['-7 / 2', -3],
    ['MOD(-7, 3)', -1],
    ['MOD(7, -3)', 1],
    ['(-2147483647 - 1) / -1', -2147483648],
    ['9223372036854775807 * 2', -2n],
    ['CAST(-2.345 AS DECIMAL(3, 2))', -235n],
    ['999999999999999999 + 1.0', null],
    ['nan = nan', false],
    ['nan <> nan', true],
    ['nan IN (nan, 1e0)', false],
    ['NOT (nan < 1e0)', true],
    ['zero = 0e0', true],
    ['zero < 0e0', false],
  ],
}

for (const [name, cases] of Object.entries(groups)) {
  describe(name, () => {
    it.each(cases)('%s is %s', (text, expected) => {
      expect(resultOf(text)).toEqual(expected)
    })
  })
}

describe('types of branches', () => {
  it.each([
    ['NULLIF(i, b)', 'INT'],
    ['NULLIF(b, 100)', 'BIGINT'],
    ['COALESCE(NULL, i, b)', 'BIGINT NOT NULL'],
    ['COALESCE(n, 1.5)', 'DECIMAL(11, 1) NOT NULL'],
    ['CASE WHEN i = 7 THEN NULL ELSE 1.25 END', 'DECIMAL(3, 2)'],
    ['CASE i WHEN 7 THEN 1.5 WHEN 8 THEN 2 END', 'DECIMAL(11, 1)'],
    ['CASE WHEN i = 7 THEN 1 ELSE 2.5e0 END', 'DOUBLE NOT NULL'],
  ])('%s is %s', (text, expected) => {
    const { type, nullable } = typed(text)
    expect(`${formatType(type)}${nullable ? '' : ' NOT NULL'}`).toBe(expected)
  })
})

it.each(["CAST('' AS INT)", "CAST('+' AS BIGINT)", "CAST('x' AS BOOLEAN)", "CAST('1d' AS DOUBLE)"])(
  '%s gives up the row',
  (text) => {
    expect(() => resultOf(text)).toThrow(RowFailure)
  },
)
