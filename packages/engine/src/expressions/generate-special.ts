/** The special forms in generated loops: what is not needed is not computed, so that a guarded division never fails. */
import { assert } from '@millrace/base'
import { representationOf } from '@millrace/schemas'
import { compareValues } from './compare-kernels.ts'
import { scaleOf } from './decimal.ts'
import type { Generator } from './generator.ts'
import { plainArgument, storePlain } from './generator.ts'
import type { Value } from './kernel.ts'
import type { SpecialForm } from './kernels.ts'
import { assign, type Local, truth } from './loop-writer.ts'
import type { TypedCall } from './typed.ts'

export function generateSpecial(g: Generator, name: SpecialForm, call: TypedCall): Local {
  switch (name) {
    case 'and':
    case 'or':
      return generateJunction(g, call, name === 'or')
    case 'not': {
      const arg = flag(g.generate(call.args[0]))
      return { ...arg, value: `(!${arg.value})` }
    }
    case 'is-null':
    case 'is-not-null': {
      const isNull = g.generate(call.args[0]).isNull ?? 'false'
      return test(g, name === 'is-null' ? isNull : `!${isNull}`)
    }
    case 'is-true':
    case 'is-not-true': {
      const holds = truth(g.generate(call.args[0]))
      return test(g, name === 'is-true' ? holds : `!${holds}`)
    }
    case 'is-false':
    case 'is-not-false': {
      const arg = flag(g.generate(call.args[0]))
      const fails = truth({ ...arg, value: `!${arg.value}` })
      return test(g, name === 'is-false' ? fails : `!${fails}`)
    }
    case 'distinct':
    case 'not-distinct':
      return generateDistinct(g, call, name === 'distinct')
    case 'case':
      return generateCase(g, call)
    case 'coalesce':
      return generateCoalesce(g, call)
    case 'concat-ws':
      return generateConcatWs(g, call)
  }
}

type Flag = Exclude<Local, { rep: 'bytes' }>

function flag(local: Local): Flag {
  assert(local.rep !== 'bytes', 'a condition is a flag')
  return local
}

function test(g: Generator, expression: string): Local {
  const target = flag(g.writer.local('bool', false))
  g.writer.write(`${target.value} = ${expression};`)
  return target
}

/** AND stops at the first FALSE, OR at the first TRUE; NULL only if none decided. */
function generateJunction(g: Generator, call: TypedCall, deciding: boolean): Local {
  const target = flag(g.writer.local('bool', call.nullable))
  const label = g.writer.label()
  g.writer.write(`${target.value} = ${!deciding};`)
  if (target.isNull) g.writer.write(`${target.isNull} = false;`)
  g.writer.write(`${label}: {`)
  for (const arg of call.args) {
    const local = flag(g.generate(arg))
    const decides = deciding ? truth(local) : truth({ ...local, value: `!${local.value}` })
    const reset = target.isNull ? `${target.isNull} = false; ` : ''
    g.writer.write(`if (${decides}) { ${target.value} = ${deciding}; ${reset}break ${label}; }`)
    if (local.isNull && target.isNull)
      g.writer.write(`if (${local.isNull}) ${target.isNull} = true;`)
  }
  g.writer.write('}')
  return target
}

function generateDistinct(g: Generator, call: TypedCall, distinct: boolean): Local {
  const [left, right] = call.args
  const a = g.generate(left)
  const b = g.generate(right)
  let differ: string
  if (a.rep === 'bytes' && b.rep === 'bytes')
    differ = `!H.equalSlices(${a.data}, ${a.start}, ${a.end}, ${b.data}, ${b.start}, ${b.end})`
  else if (scaleOf(left.type) === scaleOf(right.type))
    differ = `${flag(a).value} !== ${flag(b).value}`
  else {
    const compare = g.writer.constant(
      (x: Value, y: Value) => compareValues(x, y, left.type, right.type) !== 0,
    )
    differ = `${compare}(${flag(a).value}, ${flag(b).value})`
  }
  const either = [a.isNull, b.isNull].filter((part) => part !== null).join(' || ')
  const same = `${a.isNull ?? 'false'} !== ${b.isNull ?? 'false'}`
  const result = either ? `(${either} ? ${same} : ${differ})` : `(${differ})`
  return test(g, distinct ? result : `!${result}`)
}

function generateCase(g: Generator, call: TypedCall): Local {
  const target = g.writer.local(representationOf(call.type), call.nullable)
  const label = g.writer.label()
  g.writer.write(`${label}: {`)
  let i = 0
  for (; i + 1 < call.args.length; i += 2) {
    g.writer.write(`if ${truth(g.generate(call.args[i]))} {`)
    g.writer.write(assign(target, g.generate(call.args[i + 1])))
    g.writer.write(`break ${label}; }`)
  }
  g.writer.write(assign(target, g.generate(call.args[i])))
  g.writer.write('}')
  return target
}

function generateCoalesce(g: Generator, call: TypedCall): Local {
  const target = g.writer.local(representationOf(call.type), call.nullable)
  const label = g.writer.label()
  g.writer.write(`${label}: {`)
  for (const arg of call.args) {
    const local = g.generate(arg)
    g.writer.write(assign(target, local))
    if (!local.isNull) break
    g.writer.write(`if (!${local.isNull}) break ${label};`)
  }
  g.writer.write('}')
  return target
}

function generateConcatWs(g: Generator, call: TypedCall): Local {
  const target = g.writer.local('bytes', call.nullable)
  const join = g.writer.constant(
    (separator: Value, ...texts: Value[]): Value =>
      separator === null ? null : texts.filter((text) => text !== null).join(separator as string),
  )
  const args = call.args.map((arg) => {
    const local = g.generate(arg)
    const plain = plainArgument(local)
    return local.isNull ? `(${local.isNull} ? null : ${plain})` : plain
  })
  const result = g.writer.temporary()
  if (target.isNull) g.writer.write(`${target.isNull} = false;`)
  g.writer.write(`${result} = ${join}(${args.join(', ')});`)
  storePlain(g, result, target)
  return target
}
