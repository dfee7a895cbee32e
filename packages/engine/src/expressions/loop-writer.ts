/** Collects the source of one generated loop: numbered locals, constants passed as arguments, columns bound on top. */
import type { Representation } from '@millrace/schemas'

/** Where a generated loop keeps a value. `isNull`: an expression, or null if the value never is NULL. */
export type Local =
  | { rep: 'bool' | 'i32' | 'i64' | 'f64'; isNull: string | null; value: string }
  | { rep: 'bytes'; isNull: string | null; data: string; start: string; end: string }

const zero = { bool: 'false', i32: '0', i64: '0n', f64: '0' } as const

export class LoopWriter {
  /** Statements of the loop's body. */
  private readonly body: string[] = []
  private readonly declarations: string[] = []
  private readonly boundColumns = new Set<number>()
  private readonly columnLines: string[] = []
  readonly constants: unknown[] = []
  private count = 0

  /** Adds a statement to the loop's body. */
  write(line: string): void {
    this.body.push(line)
  }

  /** The name of a constant that holds `value`. */
  constant(value: unknown): string {
    const known = this.constants.indexOf(value)
    if (known >= 0) return `k${known}`
    this.constants.push(value)
    return `k${this.constants.length - 1}`
  }

  /** A new local of the representation, to be assigned in the body. */
  local(rep: Representation, nullable: boolean): Local {
    const id = this.count++
    const isNull = nullable ? `n${id}` : null
    if (isNull) this.declarations.push(`${isNull} = false`)
    if (rep === 'bytes') {
      const empty = this.constant(emptyData)
      this.declarations.push(`d${id} = ${empty}`, `s${id} = 0`, `e${id} = 0`)
      return { rep, isNull, data: `d${id}`, start: `s${id}`, end: `e${id}` }
    }
    this.declarations.push(`v${id} = ${zero[rep]}`)
    return { rep, isNull, value: `v${id}` }
  }

  /** A new local without a type. */
  temporary(): string {
    const name = `t${this.count++}`
    this.declarations.push(`${name} = null`)
    return name
  }

  label(): string {
    return `L${this.count++}`
  }

  /** Binds input column `index` (once) and gives its name. */
  column(index: number, rep: Representation): string {
    const name = `c${index}`
    if (!this.boundColumns.has(index)) {
      this.boundColumns.add(index)
      this.columnLines.push(`const ${name} = cols[${index}], ${name}n = ${name}.valid`)
      if (rep === 'bytes')
        this.columnLines.push(
          `const ${name}d = ${name}.data, ${name}s = ${name}.starts, ${name}e = ${name}.ends`,
        )
      else this.columnLines.push(`const ${name}v = ${name}.values`)
      if (rep === 'i64') this.columnLines.push(`const ${name}w = ${name}.words`)
    }
    return name
  }

  /** `head` and `tail` are statements around the loop; `each` are statements at the start and the end of its body. */
  finish(parts: { head: string[]; first: string[]; last: string[]; tail: string[] }): string {
    const constants = this.constants.map((_, i) => `k${i} = K[${i}]`)
    return [
      ...(constants.length > 0 ? [`const ${constants.join(', ')}`] : []),
      ...this.columnLines,
      ...(this.declarations.length > 0 ? [`let ${this.declarations.join(', ')}`] : []),
      ...parts.head,
      'for (let j = 0; j < count; j++) {',
      ...parts.first,
      ...this.body,
      ...parts.last,
      '}',
      ...parts.tail,
    ].join('\n')
  }
}

const emptyData = new Uint8Array(0)

/** Copies one local into another of the same representation. */
export function assign(target: Local, from: Local): string {
  const lines: string[] = []
  if (target.isNull) lines.push(`${target.isNull} = ${from.isNull ?? 'false'};`)
  if (target.rep === 'bytes' && from.rep === 'bytes')
    lines.push(
      `${target.data} = ${from.data}; ${target.start} = ${from.start}; ${target.end} = ${from.end};`,
    )
  else if (target.rep !== 'bytes' && from.rep !== 'bytes')
    lines.push(`${target.value} = ${from.value};`)
  return lines.join(' ')
}

/** TRUE and not NULL. */
export function truth(local: Local): string {
  const value = local.rep === 'bytes' ? 'false' : local.value
  return local.isNull ? `(!${local.isNull} && ${value})` : `(${value})`
}
