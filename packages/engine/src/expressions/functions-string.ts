/** String functions. Positions count code points from 1. */

import type { DataType } from '@millrace/schemas'
import { types } from '@millrace/schemas'
import { call, literal } from './coerce.ts'
import type { FunctionCall, FunctionRule, FunctionRules } from './function-call.ts'
import { argument } from './function-call.ts'

const { string, int, boolean } = types

/** Arguments of the listed types, in order; missing optional ones are left out. */
function plain(
  kernel: string,
  signature: string,
  help: string,
  args: readonly DataType[],
  result: DataType,
  least = args.length,
): FunctionRule {
  return {
    signature,
    help,
    least,
    most: args.length,
    type: (made) =>
      call(
        kernel,
        made.args.map((_, i) => argument(made, i, args[i])),
        result,
      ),
  }
}

function trim(kernel: string, name: string, where: string): FunctionRule {
  return {
    signature: `${name}(text, characters)`,
    help: `Removes blanks, or any of the characters, ${where}.`,
    least: 1,
    most: 2,
    type: (made) =>
      call(
        kernel,
        [
          argument(made, 0, string),
          made.args.length > 1 ? argument(made, 1, string) : literal(' ', string),
        ],
        string,
      ),
  }
}

const allText = (made: FunctionCall) => made.args.map((_, i) => argument(made, i, string))

const length = plain(
  'char-length',
  'CHAR_LENGTH(text)',
  'Number of characters (code points).',
  [string],
  int,
)
const part = plain(
  'substring',
  'SUBSTRING(text, from, length)',
  'Part of a text; from counts from 1, or from the end if negative.',
  [string, int, int],
  string,
  2,
)

export const stringFunctions: FunctionRules = {
  UPPER: plain('upper', 'UPPER(text)', 'In capitals.', [string], string),
  LOWER: plain('lower', 'LOWER(text)', 'In small letters.', [string], string),
  BTRIM: trim('trim', 'BTRIM', 'at both ends'),
  LTRIM: trim('trim-left', 'LTRIM', 'at the start'),
  RTRIM: trim('trim-right', 'RTRIM', 'at the end'),
  SUBSTRING: part,
  SUBSTR: part,
  CHAR_LENGTH: length,
  CHARACTER_LENGTH: length,
  LENGTH: length,
  CONCAT: {
    signature: 'CONCAT(text, …)',
    help: 'Joins texts; NULL if one is NULL. Same as ||.',
    least: 1,
    most: 50,
    type: (made) => call('concat', allText(made), string),
  },
  CONCAT_WS: {
    signature: 'CONCAT_WS(separator, text, …)',
    help: 'Joins texts with a separator and leaves NULLs out.',
    least: 1,
    most: 50,
    type(made) {
      const args = allText(made)
      return {
        op: 'call',
        name: 'concat-ws',
        args,
        type: string,
        nullable: args[0].nullable,
      }
    },
  },
  REPLACE: plain(
    'replace',
    'REPLACE(text, from, to)',
    'Every occurrence replaced.',
    [string, string, string],
    string,
  ),
  POSITION: plain(
    'locate',
    'POSITION(part IN text)',
    'Where the part begins, from 1; 0 if nowhere.',
    [string, string],
    int,
  ),
  LOCATE: plain(
    'locate',
    'LOCATE(part, text, from)',
    'Where the part begins, from 1; 0 if nowhere.',
    [string, string, int],
    int,
    2,
  ),
  STARTSWITH: plain(
    'starts-with',
    'STARTSWITH(text, start)',
    'Does the text begin so?',
    [string, string],
    boolean,
  ),
  ENDSWITH: plain(
    'ends-with',
    'ENDSWITH(text, end)',
    'Does the text end so?',
    [string, string],
    boolean,
  ),
  SPLIT_INDEX: plain(
    'split-index',
    'SPLIT_INDEX(text, separator, index)',
    'The piece at the index, from 0; NULL beyond the last.',
    [string, string, int],
    string,
  ),
  LPAD: plain(
    'pad-left',
    'LPAD(text, length, filling)',
    'Filled at the start, or cut, to the length.',
    [string, int, string],
    string,
  ),
  RPAD: plain(
    'pad-right',
    'RPAD(text, length, filling)',
    'Filled at the end, or cut, to the length.',
    [string, int, string],
    string,
  ),
  REVERSE: plain('reverse', 'REVERSE(text)', 'Last character first.', [string], string),
}
