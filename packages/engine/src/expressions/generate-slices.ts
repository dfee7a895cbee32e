/** String kernels that work on bytes, as calls of the slice helpers. */
import { assert } from '@millrace/base'
import type { Generator } from './generator.ts'
import { takeSlice } from './generator.ts'
import { compileLike } from './like.ts'
import type { Local } from './loop-writer.ts'
import type { TypedCall, TypedExpression } from './typed.ts'

type Write = (g: Generator, call: TypedCall, args: readonly string[], target: Local) => void

const orders: Readonly<Record<string, string>> = {
  less: '< 0',
  'less-equal': '<= 0',
  greater: '> 0',
  'greater-equal': '>= 0',
}

/** Gives the helper's value to the target. */
function value(expression: (args: readonly string[], call: TypedCall) => string): Write {
  return (g, call, args, target) => {
    assert(target.rep !== 'bytes', 'this helper gives a plain value')
    g.writer.write(`${target.value} = ${expression(args, call)};`)
  }
}

/** Takes the helper's result from the registers. */
function slice(expression: (args: readonly string[], call: TypedCall) => string): Write {
  return (g, call, args, target) => {
    g.writer.write(`${expression(args, call)}; ${takeSlice(target)}`)
  }
}

const order = value((args, call) => `H.compareSlices(${args.join(', ')}) ${orders[call.name]}`)

function trim(sides: number): Write {
  return slice((args) => `H.trimBlanks(R, ${args[0]}, ${sides})`)
}

const writers: Readonly<Record<string, Write>> = {
  equal: value((args) => `H.equalSlices(${args.join(', ')})`),
  'not-equal': value((args) => `!H.equalSlices(${args.join(', ')})`),
  less: order,
  'less-equal': order,
  greater: order,
  'greater-equal': order,
  'starts-with': value((args) => `H.startsWith(${args.join(', ')})`),
  'ends-with': value((args) => `H.endsWith(${args.join(', ')})`),
  'char-length': value((args) => `H.charLength(${args[0]})`),
  locate: value((args) => `H.locateSlice(${args.join(', ')})`),
  upper: slice((args) => `H.upper(R, ${args[0]})`),
  lower: slice((args) => `H.lower(R, ${args[0]})`),
  trim: trim(3),
  'trim-left': trim(1),
  'trim-right': trim(2),
  concat: (g, _call, args, target) => {
    let left = args[0]
    for (const right of args.slice(1)) {
      g.writer.write(`H.concatSlices(R, ${left}, ${right}); ${takeSlice(target)}`)
      left = triple(target)
    }
  },
  substring: (g, _call, args, target) => {
    const [text, position, length = '2147483647'] = args
    g.writer.write(
      `if (H.substringSlice(R, ${text}, ${position}, ${length})) { ${target.isNull ? `${target.isNull} = true;` : ''} } else { ${takeSlice(target)} }`,
    )
  },
  like: (g, call, args, target) => {
    assert(target.rep !== 'bytes', 'LIKE gives a flag')
    const pattern = textOfLiteral(call.args[1]) ?? ''
    const matcher = g.writer.constant(compileLike(pattern, textOfLiteral(call.args[2]) ?? null))
    g.writer.write(`${target.value} = ${matcher}(${args[0]});`)
  },
}

/** Writes the call on slices; false: this kernel has no such form (for these arguments). */
export function generateSlices(
  g: Generator,
  call: TypedCall,
  args: readonly Local[],
  target: Local,
): boolean {
  const write = Object.hasOwn(writers, call.name) ? writers[call.name] : undefined
  if (!write || args[0].rep !== 'bytes' || !fits(call)) return false
  write(
    g,
    call,
    args.map((arg) => (arg.rep === 'bytes' ? triple(arg) : arg.value)),
    target,
  )
  return true
}

/** The byte forms cover blanks as what is trimmed, two arguments of LOCATE, and more than one text to join. */
function fits(call: TypedCall): boolean {
  if (call.name.startsWith('trim')) return textOfLiteral(call.args[1]) === ' '
  if (call.name === 'locate') return call.args.length === 2
  if (call.name === 'concat') return call.args.length > 1
  return true
}

function triple(local: Local): string {
  assert(local.rep === 'bytes', 'only bytes are slices')
  return `${local.data}, ${local.start}, ${local.end}`
}

function textOfLiteral(expression: TypedExpression | undefined): string | undefined {
  return expression?.op === 'literal' && typeof expression.value === 'string'
    ? expression.value
    : undefined
}
