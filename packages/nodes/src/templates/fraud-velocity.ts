/** Templates: too many payments in a minute, right in event time, and beside it the article's own way with its trap. */
import type { DocumentNode } from '@millrace/schemas'
import { eventTimeCode, processingTimeCode } from './fraud-code.ts'
import {
  connect,
  generated,
  output,
  type PipelineTemplate,
  templateDocument,
  templateNode,
} from './template.ts'

/** Three payments a second over a hundred users: a few of them pay more than ten times a minute. */
function payments(): DocumentNode {
  const prices = ['499', '990', '1290', '2500', '4990', '9900', '19900', '75000']
  const weights = [20, 20, 20, 15, 12, 8, 4, 1]
  return templateNode('payments', 'generator-source', {
    name: 'Payments',
    column: 0,
    config: {
      rowsPerSecond: 3,
      columns: [
        generated('payment_id', 'STRING', { is: 'sequence', start: 1, prefix: 'p-' }),
        generated('user_id', 'STRING', { is: 'key', count: 100, prefix: 'user-', skew: 0.7 }),
        generated('amount_cents', 'BIGINT', { is: 'pick', values: prices, weights }),
        generated('initiated_at', 'TIMESTAMP(3)', { is: 'event-time' }),
      ],
      time: { column: 'initiated_at', waitMs: 5000 },
      disorder: { share: 0.1, maxMs: 4000 },
    },
  })
}

const alertColumns = [
  output('user_id', 'STRING'),
  output('payment_id', 'STRING'),
  output('payments', 'BIGINT'),
  output('total_cents', 'BIGINT'),
  output('reason', 'STRING'),
  output('initiated_at', 'TIMESTAMP(3)'),
]

const largeColumns = [
  output('payment_id', 'STRING'),
  output('user_id', 'STRING'),
  output('amount_cents', 'BIGINT'),
  output('initiated_at', 'TIMESTAMP(3)'),
]

function alertSinks(prefix: string): DocumentNode[] {
  return [
    templateNode('alerts', 'topic-sink', {
      name: 'Fraud alerts',
      column: 2,
      config: { topic: `${prefix}.alerts`, keyColumns: ['user_id'] },
    }),
    templateNode('view', 'view-sink', {
      name: 'Latest alerts',
      column: 2,
      row: 1,
      config: { view: `${prefix.replaceAll('.', '-')}-alerts`, keyColumns: ['user_id'] },
    }),
  ]
}

export const fraudVelocity: PipelineTemplate = {
  id: 'fraud-velocity',
  title: 'Fraud velocity',
  question: 'Who makes more than 10 payments, or spends more than $1000, within any 60 seconds?',
  teaches:
    'State and event-time timers for each user in your own TypeScript, and a side output. Replayed records give the same alerts.',
  creates: ['fraud.alerts', 'payments.large'],
  minutes: 5,
  firstRow: 'first alert in 3 s',
  category: 'Code',
  document: templateDocument(
    'fraud-velocity',
    'Fraud velocity',
    [
      payments(),
      templateNode('detector', 'process-function', {
        name: 'Fraud detector',
        column: 1,
        config: {
          forEach: ['user_id'],
          code: eventTimeCode,
          columns: alertColumns,
          sideOutputs: [{ name: 'large-payments', columns: largeColumns }],
        },
      }),
      ...alertSinks('fraud'),
      templateNode('large', 'topic-sink', {
        name: 'Large payments',
        column: 2,
        row: 2,
        config: { topic: 'payments.large', keyColumns: ['user_id'] },
      }),
    ],
    [
      connect('payments', 'detector'),
      connect('detector', 'alerts'),
      connect('detector', 'view'),
      connect('detector', 'large', 'large-payments'),
    ],
  ),
}

export const fraudVelocityAsPrinted: PipelineTemplate = {
  id: 'fraud-velocity-as-printed',
  title: 'Fraud velocity, as printed',
  question: 'The same question, as an article about Flink answers it.',
  teaches:
    'A trap: the timer runs on the wall clock and every payment moves it. Watch the counts of busy users grow without end.',
  creates: ['fraud.as-printed.alerts'],
  minutes: 3,
  firstRow: 'first alert in 3 s',
  category: 'Code',
  variantOf: 'fraud-velocity',
  trap: 'Inactivity timer instead of a 60 s span: a processing-time timer that each payment moves clears the state only after 60 s of silence, so an active user is counted for ever; and a replay of old records counts all of them together.',
  document: templateDocument(
    'fraud-velocity-as-printed',
    'Fraud velocity, as printed',
    [
      payments(),
      templateNode('detector', 'process-function', {
        name: 'Fraud detector, as printed',
        column: 1,
        config: { forEach: ['user_id'], code: processingTimeCode, columns: alertColumns },
      }),
      ...alertSinks('fraud.as-printed'),
    ],
    [connect('payments', 'detector'), connect('detector', 'alerts'), connect('detector', 'view')],
  ),
}
