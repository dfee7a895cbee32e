/** Window at compile time: a calc that computes the arguments where they are expressions, then the aggregation. */
import type { TypedExpression } from '@millrace/engine/expressions'
import type {
  CompileContext,
  CompiledNode,
  PhysicalAggregate,
  PhysicalOperator,
  WindowAggregateConfig,
} from '@millrace/engine/plan'
import {
  calcOperators,
  columnIndexes,
  keyedExchange,
  keyHashOf,
  stateNames,
} from '@millrace/engine/plan'
import type { Field, RowType } from '@millrace/schemas'
import { field, fieldIndex, formatType, types } from '@millrace/schemas'
import { computedAggregates } from './aggregates.ts'
import type { WindowConfig } from './config.ts'

/** The input of the aggregation: what arrives, then computed arguments. */
interface Arguments {
  projections: { name: string; expression: TypedExpression }[]
  row: RowType
  computed: boolean
}

class ArgumentColumns {
  private readonly extra: { name: string; expression: TypedExpression }[] = []
  private readonly input: RowType

  constructor(input: RowType) {
    this.input = input
  }

  /** Index of the column that holds the expression. */
  place(expression: TypedExpression): number {
    if (expression.op === 'column') return expression.index
    const text = JSON.stringify(expression)
    let at = this.extra.findIndex((other) => JSON.stringify(other.expression) === text)
    if (at < 0) {
      at = this.extra.length
      this.extra.push({ name: `$${at}`, expression })
    }
    return this.input.fields.length + at
  }

  finish(): Arguments {
    const passed = this.input.fields.map(({ name, type, nullable }, index) => ({
      name,
      expression: { op: 'column' as const, index, type, nullable },
    }))
    const projections = [...passed, ...this.extra]
    return {
      projections,
      row: {
        fields: projections.map(({ name, expression }) => ({
          name,
          type: expression.type,
          nullable: expression.nullable,
        })),
      },
      computed: this.extra.length > 0,
    }
  }
}

export function compileWindow(context: CompileContext<WindowConfig>): CompiledNode {
  const { id } = context.node
  const [input] = context.rows
  const { config } = context
  const columns = new ArgumentColumns(input)
  const { aggregates } = computedAggregates(config.compute, input)
  const physical = aggregates.map(
    ({ name, typed }): PhysicalAggregate => ({
      name,
      function: typed.function,
      argument: typed.argument && columns.place(typed.argument),
      distinct: typed.distinct,
      filter: typed.filter && columns.place(typed.filter),
      type: typed.type,
    }),
  )
  const args = columns.finish()
  const keys = keyedExchange(context, args.row, config.forEach)
  const aggregation = windowOperator(context, {
    input,
    args,
    physical,
    parallelism: keys.parallelism,
  })
  const outputs = {
    rows: { operator: id, output: 0 },
    late: { operator: id, output: 1 },
  }
  if (!args.computed)
    return {
      operators: [aggregation],
      edges: [],
      inputs: [{ operator: id, input: 0, exchange: keys.exchange }],
      outputs,
    }
  const calc = calcOperators(
    { ...context, originsNeeded: context.originsArrive },
    {
      id: `${id}.arguments`,
      port: null,
      config: { condition: null, projections: args.projections },
      input,
      output: args.row,
      eventTime: true,
    },
  )
  return {
    operators: [...calc.operators, aggregation],
    edges: [
      ...calc.edges,
      {
        from: { operator: `${id}.arguments`, output: 0 },
        to: { operator: id, input: 0 },
        exchange: keys.exchange,
      },
    ],
    inputs: [{ operator: `${id}.arguments`, input: 0, exchange: { is: 'forward' } }],
    outputs,
  }
}

function windowOperator(
  context: CompileContext<WindowConfig>,
  parts: {
    input: RowType
    args: Arguments
    physical: readonly PhysicalAggregate[]
    parallelism: number
  },
): PhysicalOperator {
  const { config, node } = context
  const { input, args, physical } = parts
  const keyIndexes = columnIndexes(args.row, config.forEach)
  const keyFields = keyIndexes.map((index) => args.row.fields[index])
  const operatorConfig: WindowAggregateConfig = {
    shape: config.shape,
    keys: keyIndexes,
    sizeMs: config.sizeMs,
    offsetMs: config.offsetMs,
    allowedLatenessMs: config.allowedLatenessMs,
    aggregates: physical,
    firing: config.allowedLatenessMs > 0,
    lateColumns: input.fields.map((_, index) => index),
  }
  return {
    id: node.id,
    node: node.id,
    type: 'window-aggregate',
    config: operatorConfig,
    inputs: [args.row],
    outputs: [
      {
        port: 'rows',
        row: resultRow(context, keyFields, physical),
        eventTime: true,
        origins: false,
      },
      { port: 'late', row: input, eventTime: true, origins: context.originsArrive },
    ],
    parallelism: parts.parallelism,
    state: [
      {
        node: node.id,
        name: stateNames.windows,
        version: 1,
        scope: 'keyed',
        keyTypes: keyFields.map(({ type }) => formatType(type)),
        schema: stateSchema(config, physical, args.row),
        hash: keyHashOf(args.row, config.forEach),
      },
    ],
  }
}

function resultRow(
  context: CompileContext<WindowConfig>,
  keys: readonly Field[],
  physical: readonly PhysicalAggregate[],
): RowType {
  const logical = context.outputs.rows.row
  const times = ['window_start', 'window_end', 'window_time'].map((name) =>
    field(name, types.timestamp, false),
  )
  const results = physical.map(
    ({ name }) => logical.fields[fieldIndex(logical, name)] ?? field(name, types.bigint),
  )
  const firing = context.config.allowedLatenessMs > 0 ? [field('firing', types.int, false)] : []
  return { fields: [...keys, ...times, ...results, ...firing] }
}

/** What the accumulators look like: a change of it makes a checkpoint's windows unusable. */
function stateSchema(
  config: WindowConfig,
  physical: readonly PhysicalAggregate[],
  row: RowType,
): string {
  const parts = physical.map(({ function: name, argument, distinct, filter, type }) => {
    const of = argument === null ? '*' : formatType(row.fields[argument].type)
    return `${name}(${distinct ? 'distinct ' : ''}${of})${filter === null ? '' : ' filtered'}:${formatType(type)}`
  })
  return `tumbling ${config.sizeMs} ${config.offsetMs} ${parts.join(' ')}`
}
