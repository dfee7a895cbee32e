/** Template: clicks of each user per 5 minutes, with late rows accepted for a while and then set aside. */
import {
  connect,
  generated,
  type PipelineTemplate,
  templateDocument,
  templateNode,
} from './template.ts'

export const clicksPerUser: PipelineTemplate = {
  id: 'clicks-per-user',
  title: 'Clicks per 5 minutes',
  question: 'How often does each user click in 5 minutes, though some clicks arrive late?',
  teaches:
    'The three fates of a row: in time, late and counted again (the window fires a second time), and too late, kept in a topic.',
  creates: ['clicks.per-user', 'clicks.late'],
  minutes: 4,
  firstRow: 'first window closed in 4 s',
  category: 'Windows',
  document: templateDocument(
    'clicks-per-user',
    'Clicks per 5 minutes',
    [
      templateNode('clicks', 'generator-source', {
        name: 'Clicks',
        column: 0,
        config: {
          rowsPerSecond: 20,
          columns: [
            generated('user_id', 'STRING', { is: 'key', count: 40, prefix: 'user-', skew: 0.9 }),
            generated('page', 'STRING', {
              is: 'pick',
              values: ['/', '/search', '/product', '/basket', '/pay', '/help'],
              weights: [30, 25, 25, 12, 6, 2],
            }),
            generated('clicked_at', 'TIMESTAMP(3)', { is: 'event-time' }),
          ],
          time: { column: 'clicked_at', waitMs: 10_000 },
          disorder: { share: 0.05, maxMs: 600_000 },
        },
      }),
      templateNode('per-user', 'window', {
        name: 'Every 5 minutes',
        column: 1,
        config: {
          sizeMs: 300_000,
          forEach: ['user_id'],
          compute: [
            { name: 'clicks', expression: 'COUNT(*)' },
            { name: 'pages', expression: 'COUNT(DISTINCT page)' },
          ],
          allowedLatenessMs: 120_000,
        },
      }),
      templateNode('counts', 'topic-sink', {
        name: 'Clicks per user',
        column: 2,
        config: { topic: 'clicks.per-user', mode: 'upsert' },
      }),
      templateNode('view', 'view-sink', {
        name: 'Live view',
        column: 2,
        row: 1,
        config: { view: 'clicks-per-user' },
      }),
      templateNode('late', 'topic-sink', {
        name: 'Too late',
        column: 2,
        row: 2,
        config: { topic: 'clicks.late', keyColumns: ['user_id'] },
      }),
    ],
    [
      connect('clicks', 'per-user'),
      connect('per-user', 'counts'),
      connect('per-user', 'view'),
      connect('per-user', 'late', 'late'),
    ],
  ),
}
