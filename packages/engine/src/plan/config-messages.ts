/** What a config schema refuses, in the words of the form: the field's title, and what would be right. */
import { type core, z } from 'zod'
import type { NodeDefinition } from './node-definition.ts'

interface Shape {
  title?: string
  unit?: string
  properties?: Record<string, Shape>
  items?: Shape
  anyOf?: Shape[]
}

/** One sentence. */
export function configMessage(
  definition: NodeDefinition<never>,
  path: readonly string[],
  issue: core.$ZodIssue,
): string {
  const titles: string[] = []
  let unit = ''
  let shape: Shape | undefined = z.toJSONSchema(definition.config, {
    io: 'input',
    unrepresentable: 'any',
  }) as Shape
  for (const part of path) {
    shape = /^\d+$/.test(part) ? itemOf(shape) : propertyOf(shape, part)
    if (/^\d+$/.test(part)) titles.push(`#${Number(part) + 1}`)
    else titles.push(shape?.title ?? part)
    unit = shape?.unit ?? ''
  }
  const subject = titles.length > 0 ? `'${titles.join(' ')}'` : 'The settings'
  return `${subject} ${verdict(issue, unit)}.`
}

function itemOf(shape: Shape | undefined): Shape | undefined {
  return shape?.items ?? shape?.anyOf?.find((variant) => variant.items)?.items
}

function propertyOf(shape: Shape | undefined, name: string): Shape | undefined {
  const holder = shape?.properties ? shape : shape?.anyOf?.find((variant) => variant.properties)
  return holder?.properties?.[name]
}

function verdict(issue: core.$ZodIssue, unit: string): string {
  const amount = (value: number | bigint) => `${value}${unit ? ` ${unit}` : ''}`
  const counted = 'origin' in issue && (issue.origin === 'string' || issue.origin === 'array')
  switch (issue.code) {
    case 'too_small':
      return counted
        ? `is too short: at least ${issue.minimum} are wanted`
        : `is too small: at least ${amount(issue.minimum)}`
    case 'too_big':
      return counted
        ? `is too long: at most ${issue.maximum} are allowed`
        : `is too large: at most ${amount(issue.maximum)}`
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing: a value of the kind ${issue.expected} is wanted`
        : `has a value of the wrong kind: ${issue.expected} is wanted`
    case 'invalid_value':
      return `is none of the choices: ${issue.values.map(String).join(', ')}`
    case 'unrecognized_keys':
      return `know no ${issue.keys.join(', ')}: remove it`
    case 'custom':
      return issue.message.replace(/[.]$/, '')
    default:
      return `is refused: ${issue.message.replace(/[.]$/, '')}`
  }
}
