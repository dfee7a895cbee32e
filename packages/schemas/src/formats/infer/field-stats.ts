/** What a sample tells about one field of JSON records. */
import { encodeUtf8 } from '@millrace/base'
import type { DataType } from '../../types.ts'
import { types } from '../../types.ts'
import type { JsonTree } from '../json/json-tree.ts'
import { JsonNumber, printJsonTree } from '../json/json-tree.ts'
import { parseDate, parseInstant } from '../text/instants.ts'
import { decimalParts, integerOf } from '../text/numbers.ts'

/** Characters of an example. */
export const exampleMax = 80

const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

export class FieldStats {
  /** Records that have a value that is not null. */
  filled = 0
  example = ''
  /** Numbers, and times as ms, in the order of the sample: what time candidates are judged by. */
  readonly numbers: number[] = []
  private readonly kinds = new Set<
    'boolean' | 'integer' | 'number' | 'huge' | 'text' | 'instant' | 'date' | 'nested'
  >()

  add(value: JsonTree): void {
    if (value === null) return
    this.filled++
    const text = typeof value === 'string' ? value : printJsonTree(value)
    this.example = text.length > exampleMax ? `${text.slice(0, exampleMax - 1)}…` : text
    if (typeof value === 'boolean') this.kinds.add('boolean')
    else if (value instanceof JsonNumber) this.addNumber(value.text)
    else if (typeof value === 'string') this.addText(value)
    else this.kinds.add('nested')
  }

  get type(): DataType {
    const only = (...kinds: string[]) => [...this.kinds].every((kind) => kinds.includes(kind))
    if (this.kinds.size === 0) return types.string
    if (only('boolean')) return types.boolean
    if (only('integer')) return types.bigint
    if (only('integer', 'number')) return types.double
    if (only('instant')) return types.timestamp
    if (only('date')) return types.date
    return types.string
  }

  private addNumber(text: string): void {
    this.numbers.push(Number(text))
    const parts = decimalParts(text)
    const whole = parts && integerOf(parts, int64.min, int64.max)
    if (typeof whole === 'bigint' && /^-?\d+$/.test(text)) this.kinds.add('integer')
    else this.kinds.add(whole === 'range' && /^-?\d+$/.test(text) ? 'huge' : 'number')
  }

  private addText(text: string): void {
    const bytes = encodeUtf8(text)
    const instant = parseInstant(bytes, 0, bytes.length)
    if (!Number.isNaN(instant)) {
      this.numbers.push(instant)
      this.kinds.add('instant')
    } else this.kinds.add(Number.isNaN(parseDate(bytes, 0, bytes.length)) ? 'text' : 'date')
  }
}
