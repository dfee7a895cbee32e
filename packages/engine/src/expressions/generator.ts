/** What the parts of the code generator share. */
import { assert } from '@millrace/base'
import type { Local, LoopWriter } from './loop-writer.ts'
import type { Registers } from './slices.ts'
import type { TypedExpression } from './typed.ts'

export interface Generator {
  readonly writer: LoopWriter
  readonly registers: Registers
  generate(expression: TypedExpression): Local
}

/** The plain form of an argument: text is decoded. */
export function plainArgument(local: Local): string {
  return local.rep === 'bytes' ? `R.text(${local.data}, ${local.start}, ${local.end})` : local.value
}

/** Takes a plain value (or null) over into the target. */
export function storePlain(g: Generator, result: string, target: Local): void {
  const onNull = target.isNull ? `${target.isNull} = true;` : ''
  if (target.rep === 'bytes')
    g.writer.write(
      `if (${result} === null) { ${onNull} } else { R.setText(${result}); ${takeSlice(target)} }`,
    )
  else g.writer.write(`if (${result} === null) { ${onNull} } else { ${target.value} = ${result}; }`)
}

export function takeSlice(target: Local): string {
  assert(target.rep === 'bytes', 'only bytes are slices')
  return `${target.data} = R.data; ${target.start} = R.start; ${target.end} = R.end;`
}
