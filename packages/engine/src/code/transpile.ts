/** TypeScript to JavaScript, line for line, the same in browser and server, so that what was previewed is what runs. */
import { messageOf } from '@millrace/base'
import { transform } from 'sucrase'

export interface CodeMistake {
  message: string
  /** From 1; null: the code as a whole. */
  line: number | null
  column: number | null
}

export type Transpiled = { ok: true; javascript: string } | { ok: false; mistake: CodeMistake }

/** Things that the sealed compartment refuses or that reach outside it, found before evaluation so that the line is the user's. */
const forbidden: readonly { pattern: RegExp; message: string }[] = [
  {
    pattern: /\bimport\s*\(/,
    message: 'import() is not available in a process function, not even in a comment or a string.',
  },
  {
    pattern: /<!--|-->/,
    message: 'HTML comment marks are not allowed in a process function, not even in a string.',
  },
  {
    pattern: /^\s*import\b(?!\s*type\b)/m,
    message: 'A process function imports nothing: everything it may use is there already.',
  },
  { pattern: /\brequire\s*\(/, message: 'require() is not available in a process function.' },
]

/** Largest code of one node, characters. */
export const codeLengthMax = 200_000

/** Emits JavaScript with the same line numbers. Types are removed, not checked: the editor does that. */
export function transpile(typescript: string): Transpiled {
  if (typescript.length > codeLengthMax) {
    return mistake(
      `The code has ${typescript.length} characters; at most ${codeLengthMax} are allowed.`,
      null,
      null,
    )
  }
  for (const rule of forbidden) {
    const found = rule.pattern.exec(typescript)
    if (found) {
      const leading = found[0].length - found[0].trimStart().length
      return mistakeAt(typescript, found.index + leading, rule.message)
    }
  }
  try {
    const { code } = transform(typescript, {
      transforms: ['typescript', 'imports'],
      disableESTransforms: true,
      production: true,
    })
    return { ok: true, javascript: code }
  } catch (error) {
    const place = /\((\d+):(\d+)\)\s*$/.exec(messageOf(error))
    const message = messageOf(error)
      .replace(/^Error transforming [^:]*:\s*/, '')
      .replace(/\s*\(\d+:\d+\)\s*$/, '')
    return mistake(
      `The code does not parse: ${message}`,
      place ? Number(place[1]) : null,
      place ? Number(place[2]) : null,
    )
  }
}

function mistakeAt(text: string, index: number, message: string): Transpiled {
  const before = text.slice(0, index)
  const line = before.split('\n').length
  return mistake(message, line, index - before.lastIndexOf('\n'))
}

function mistake(message: string, line: number | null, column: number | null): Transpiled {
  return { ok: false, mistake: { message, line, column } }
}
