/** Process function at compile time: the code operator and, if its output has an event time, a calc that sets it. */
import type {
  CompileContext,
  CompiledNode,
  PhysicalOperator,
  ProcessFunctionConfig,
} from '@millrace/engine/plan'
import {
  calcOperators,
  columnIndexes,
  keyedExchange,
  keyHashOf,
  stateNames,
} from '@millrace/engine/plan'
import { fieldIndex, formatType } from '@millrace/schemas'
import type { ProcessConfig } from './config.ts'
import { emitted } from './emit.ts'

export function compileProcessFunction(context: CompileContext<ProcessConfig>): CompiledNode {
  const { config, node, outputs } = context
  const [input] = context.rows
  const { exchange, parallelism } = keyedExchange(context, input, config.forEach)
  const keys = columnIndexes(input, config.forEach)
  const result = emitted(config.code)
  const timed = config.timeColumn !== null
  const id = timed ? `${node.id}.code` : node.id
  const state = {
    node: node.id,
    version: 1,
    scope: 'keyed' as const,
    keyTypes: keys.map((index) => formatType(input.fields[index].type)),
    hash: keyHashOf(input, config.forEach),
  }
  const operatorConfig: ProcessFunctionConfig = {
    code: { typescript: config.code, javascript: result.ok ? result.javascript : null },
    keys,
    sideOutputs: config.sideOutputs.map(({ name }) => name),
  }
  const operator: PhysicalOperator = {
    id,
    node: node.id,
    type: 'process-function',
    config: operatorConfig,
    inputs: [input],
    outputs: [
      { port: timed ? null : 'rows', row: outputs.rows.row, eventTime: timed, origins: false },
      ...config.sideOutputs.map(({ name }) => ({
        port: name,
        row: outputs[name].row,
        eventTime: false,
        origins: false,
      })),
    ],
    parallelism,
    state: [
      { ...state, name: stateNames.values, schema: 'named values' },
      { ...state, name: stateNames.timers, schema: 'timers' },
    ],
  }
  const calc = timed ? eventTimeCalc(context, parallelism) : undefined
  return {
    operators: calc ? [operator, calc] : [operator],
    edges: calc
      ? [
          {
            from: { operator: id, output: 0 },
            to: { operator: calc.id, input: 0 },
            exchange: { is: 'forward' },
          },
        ]
      : [],
    inputs: [{ operator: id, input: 0, exchange }],
    outputs: Object.fromEntries([
      ['rows', { operator: node.id, output: 0 }],
      ...config.sideOutputs.map(({ name }, i) => [name, { operator: id, output: i + 1 }]),
    ]),
  }
}

function eventTimeCalc(
  context: CompileContext<ProcessConfig>,
  parallelism: number,
): PhysicalOperator {
  const { row } = context.outputs.rows
  const eventTime = fieldIndex(row, context.config.timeColumn ?? '')
  const [calc] = calcOperators(
    { ...context, originsNeeded: false },
    {
      id: context.node.id,
      port: 'rows',
      config: { condition: null, projections: null, eventTime },
      input: row,
      output: row,
      eventTime: true,
    },
  ).operators
  return { ...calc, parallelism }
}
