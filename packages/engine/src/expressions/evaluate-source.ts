/** The one place in the engine where text becomes code: loops that the engine itself generated, never text of a document. */

/**
 * Compiles the body of a function with these parameter names. Callers generate every identifier and pass every
 * constant as an argument; `source` must not hold a name or a string of a document (a fuzz test checks it).
 */
export function evaluateSource<F>(parameters: readonly string[], source: string): F {
  return new Function(...parameters, `'use strict'\n${source}`) as F
}
