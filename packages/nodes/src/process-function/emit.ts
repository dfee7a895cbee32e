/** Transpiled code by its text: inference asks at every change of the document, most of which do not touch the code. */
import { type Transpiled, transpile } from '@millrace/engine/code'

const known = new Map<string, Transpiled>()
/** Texts remembered at most. */
const knownMax = 64

export function emitted(code: string): Transpiled {
  let result = known.get(code)
  if (!result) {
    if (known.size >= knownMax) known.clear()
    result = transpile(code)
    known.set(code, result)
  }
  return result
}
