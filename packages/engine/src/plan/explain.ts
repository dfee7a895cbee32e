/** The physical plan as indented text: each operator above those that feed it. For people, tests and bug reports. */
import type { RowType } from '@millrace/schemas'
import { formatField } from '@millrace/schemas'
import { printExpression } from '../expressions/print.ts'
import type {
  CalcConfig,
  GeneratorSourceConfig,
  TopicSinkConfig,
  TopicSourceConfig,
  ViewSinkConfig,
  WindowAggregateConfig,
} from './operator-configs.ts'
import type { Exchange, PhysicalOperator, PhysicalPlan } from './physical.ts'

export function explain(plan: PhysicalPlan): string {
  const byId = new Map(plan.operators.map((operator) => [operator.id, operator]))
  const fed = new Set(plan.edges.map((edge) => edge.from.operator))
  const shown = new Set<string>()
  const lines: string[] = []
  const show = (operator: PhysicalOperator, depth: number, via: string) => {
    const again = shown.has(operator.id)
    shown.add(operator.id)
    const summary = again ? '(see above)' : describeOperator(operator)
    lines.push(`${'  '.repeat(depth)}${via}${operator.id}: ${operator.type} ${summary}`.trimEnd())
    if (again) return
    for (const edge of plan.edges) {
      const from = byId.get(edge.from.operator)
      if (edge.to.operator !== operator.id || !from) continue
      const output = from.outputs[edge.from.output]
      const port = output.port === null || edge.from.output === 0 ? '' : `${output.port} `
      show(from, depth + 1, `${printExchange(edge.exchange, output.row)}${port}`)
    }
  }
  const roots = plan.operators.filter((operator) => !fed.has(operator.id))
  for (const operator of roots) if (operator.type !== 'dead-letter-sink') show(operator, 0, '')
  const letters = roots.filter((operator) => operator.type === 'dead-letter-sink')
  if (letters.length > 0)
    lines.push(`dead letters of ${letters.map(({ node }) => node).join(', ')}`)
  return lines.join('\n')
}

function printExchange(exchange: Exchange, row: RowType): string {
  if (exchange.is === 'forward') return ''
  if (exchange.is === 'rebalance') return '[rebalance] '
  return `[hash ${names(row, exchange.columns)} by ${exchange.hash}] `
}

function names(row: RowType, indexes: readonly number[]): string {
  return indexes.map((index) => row.fields[index]?.name ?? `#${index}`).join(', ')
}

function describeOperator(operator: PhysicalOperator): string {
  const [input] = operator.inputs
  const own = summaryOf(operator, input)
  const row = operator.outputs[0]?.row
  const columns = row ? ` -> (${row.fields.map(formatField).join(', ')})` : ''
  const marks = operator.outputs[0]
    ? `${operator.outputs[0].eventTime ? ' time' : ''}${operator.outputs[0].origins ? ' origins' : ''}`
    : ''
  return `x${operator.parallelism} ${own}${columns}${marks}`.replace('  ', ' ')
}

function summaryOf(operator: PhysicalOperator, input: RowType): string {
  switch (operator.type) {
    case 'topic-source': {
      const { topic, format, time, columns } = operator.config as TopicSourceConfig
      const clock = time ? ` time=${columns[time.column].name} wait=${time.waitMs}ms` : ''
      return `topic=${topic} ${format}${clock}`
    }
    case 'generator-source': {
      const { rowsPerSecond, historyMs } = operator.config as GeneratorSourceConfig
      return `${rowsPerSecond}/s history=${historyMs}ms`
    }
    case 'calc':
      return describeCalc(operator.config as CalcConfig, input)
    case 'window-aggregate':
      return describeWindow(operator.config as WindowAggregateConfig, input)
    case 'topic-sink': {
      const { topic, format, keys, changelog } = operator.config as TopicSinkConfig
      return `topic=${topic} ${format} key=[${names(input, keys)}] ${changelog}`
    }
    case 'view-sink': {
      const { view, keys } = operator.config as ViewSinkConfig
      return `view=${view} key=[${names(input, keys)}]`
    }
    case 'process-function': {
      const { keys } = operator.config as { keys: readonly number[] }
      return `key=[${names(input, keys)}]`
    }
    default:
      return ''
  }
}

function describeCalc({ condition, projections }: CalcConfig, input: RowType): string {
  const parts: string[] = []
  if (condition) parts.push(`where ${printExpression(condition, input)}`)
  if (projections)
    parts.push(
      `select ${projections.map(({ name, expression }) => `${printExpression(expression, input)} AS ${name}`).join(', ')}`,
    )
  return parts.join(' ')
}

function describeWindow(config: WindowAggregateConfig, input: RowType): string {
  const late = config.allowedLatenessMs > 0 ? ` late=${config.allowedLatenessMs}ms` : ''
  const aggregates = config.aggregates.map((aggregate) => {
    const argument = aggregate.argument === null ? '*' : names(input, [aggregate.argument])
    const filter = aggregate.filter === null ? '' : ` where ${names(input, [aggregate.filter])}`
    return `${aggregate.function}(${aggregate.distinct ? 'distinct ' : ''}${argument})${filter}`
  })
  return `${config.shape} size=${config.sizeMs}ms${late} key=[${names(input, config.keys)}] ${aggregates.join(' ')}`
}
