import { compilePipeline, explain } from '@millrace/engine/plan'
import type { PipelineDocument } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.gen.ts'
import { documentOf, nodeOf, ordersSource } from './testing/documents.ts'

function planOf(document: PipelineDocument): string {
  const compiled = compilePipeline(document, catalogue, { topics: new Map() })
  expect(compiled.problems.filter(({ severity }) => severity === 'error')).toEqual([])
  return compiled.plan ? explain(compiled.plan) : 'no plan'
}

const perMinute = nodeOf('window', 'window', {
  forEach: ['user_id'],
  compute: [
    { name: 'orders', expression: 'COUNT(*)' },
    { name: 'revenue', expression: 'SUM(total_cents)' },
  ],
})

describe('compilePipeline', () => {
  it('reads only the columns that the pipeline uses', () => {
    const document = documentOf(
      [
        ordersSource('orders'),
        nodeOf('paid', 'filter', { condition: "status = 'paid' AND total_cents > 0" }),
        perMinute,
        nodeOf('out', 'topic-sink', { topic: 'orders.per-minute' }),
      ],
      ['orders -> paid', 'paid -> window', 'window -> out'],
    )
    expect(planOf(document)).toMatchInlineSnapshot(`
      "out: topic-sink x1 topic=orders.per-minute json key=[user_id, window_start, window_end] append
        window: window-aggregate x1 tumbling size=60000ms key=[user_id] count(*) sum(total_cents) -> (user_id STRING, window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT NULL, orders BIGINT NOT NULL, revenue BIGINT) time
          paid: calc x1 where ((status = 'paid') AND (total_cents > 0)) select user_id AS user_id, total_cents AS total_cents -> (user_id STRING, total_cents BIGINT) time origins
            orders: topic-source x1 topic=orders json time=placed_at wait=5000ms -> (user_id STRING, total_cents BIGINT, status STRING) time origins
      dead letters of orders"
    `)
  })

  it('hashes to the key where there are several subtasks, and gathers where there is no key', () => {
    const document = documentOf(
      [
        ordersSource('orders'),
        perMinute,
        nodeOf('busy', 'filter', { condition: 'orders > 10' }),
        nodeOf('again', 'window', {
          sizeMs: 600_000,
          forEach: ['user_id'],
          compute: [{ name: 'most', expression: 'MAX(orders)' }],
        }),
        nodeOf('total', 'window', { compute: [{ name: 'all', expression: 'SUM(most)' }] }),
        nodeOf('view', 'view-sink', { view: 'totals' }),
      ],
      ['orders -> window', 'window -> busy', 'busy -> again', 'again -> total', 'total -> view'],
      { parallelism: 2 },
    )
    // 'again' has the key of 'window': no second exchange. 'total' has none: one subtask.
    expect(planOf(document)).toMatchInlineSnapshot(`
      "view: view-sink x1 view=totals key=[window_start, window_end]
        [rebalance] total: window-aggregate x1 tumbling size=60000ms key=[] sum(most) -> (window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT NULL, all BIGINT NOT NULL) time
          [rebalance] again: window-aggregate x2 tumbling size=600000ms key=[user_id] max(orders) -> (user_id STRING, window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT NULL, most BIGINT NOT NULL) time
            busy: calc x2 where (orders > 10) select user_id AS user_id, orders AS orders -> (user_id STRING, orders BIGINT NOT NULL) time
              window: window-aggregate x2 tumbling size=60000ms key=[user_id] count(*) sum(total_cents) -> (user_id STRING, window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT NULL, orders BIGINT NOT NULL, revenue BIGINT) time
                [hash user_id by flink] orders: topic-source x2 topic=orders json time=placed_at wait=5000ms -> (user_id STRING, total_cents BIGINT) time origins
      dead letters of orders"
    `)
  })

  it('computes arguments and filters of aggregates in front of the exchange', () => {
    const document = documentOf(
      [
        ordersSource('orders'),
        nodeOf('window', 'window', {
          forEach: ['user_id'],
          compute: [
            { name: 'euros', expression: "SUM(price * 2) FILTER (WHERE status = 'paid')" },
            { name: 'twice', expression: 'AVG(price * 2)' },
            { name: 'users', expression: 'COUNT(DISTINCT status)' },
          ],
        }),
        nodeOf('late', 'topic-sink', { topic: 'late' }),
        nodeOf('out', 'view-sink', { view: 'out' }),
      ],
      ['orders -> window', 'window -> out', 'window.late -> late'],
    )
    expect(planOf(document)).toMatchInlineSnapshot(`
      "out: view-sink x1 view=out key=[user_id, window_start, window_end]
        window: window-aggregate x1 tumbling size=60000ms key=[user_id] sum($0) where $1 avg($0) count(distinct status) -> (user_id STRING, window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT NULL, euros DECIMAL(18, 2), twice DECIMAL(18, 6), users BIGINT NOT NULL) time
          window.arguments: calc x1 select order_id AS order_id, user_id AS user_id, total_cents AS total_cents, price AS price, status AS status, placed_at AS placed_at, (price * 2) AS $0, (status = 'paid') AS $1 -> (order_id STRING NOT NULL, user_id STRING, total_cents BIGINT, price DECIMAL(10, 2), status STRING, placed_at TIMESTAMP(3) NOT NULL, $0 DECIMAL(18, 2), $1 BOOLEAN) time origins
            orders: topic-source x1 topic=orders json time=placed_at wait=5000ms -> (order_id STRING NOT NULL, user_id STRING, total_cents BIGINT, price DECIMAL(10, 2), status STRING, placed_at TIMESTAMP(3) NOT NULL) time origins
      late: topic-sink x1 topic=late json key=[] append
        late window: window-aggregate (see above)
      dead letters of orders"
    `)
  })

  it('sends rows that cannot be computed to the dead letters', () => {
    const document = documentOf(
      [
        ordersSource('orders'),
        nodeOf('each', 'select', {
          keepInput: false,
          columns: [
            { name: 'user', expression: 'UPPER(user_id)' },
            { name: 'share', expression: '1000 / total_cents' },
            { name: 'at', expression: 'placed_at' },
          ],
        }),
        nodeOf('out', 'topic-sink', { topic: 'shares', format: 'avro' }),
      ],
      ['orders -> each', 'each -> out'],
    )
    expect(planOf(document)).toMatchInlineSnapshot(`
      "out: topic-sink x1 topic=shares avro key=[] append
        each: calc x1 select UPPER(user_id) AS user, (1000 / total_cents) AS share, placed_at AS at -> (user STRING, share BIGINT, at TIMESTAMP(3) NOT NULL) time
          orders: topic-source x1 topic=orders json time=placed_at wait=5000ms -> (user_id STRING, total_cents BIGINT, placed_at TIMESTAMP(3) NOT NULL) time origins
      dead letters of orders, each"
    `)
  })

  it('brings the columns of a union together where others read more of one side', () => {
    const document = documentOf(
      [
        ordersSource('a'),
        ordersSource('b', { topic: 'more-orders' }),
        perMinute,
        nodeOf('archive', 'topic-sink', { topic: 'archive' }),
        nodeOf('view', 'view-sink', { view: 'v' }),
      ],
      ['a -> window', 'b -> window', 'b -> archive', 'window -> view'],
    )
    expect(planOf(document)).toMatchInlineSnapshot(`
      "archive: topic-sink x1 topic=archive json key=[] append
        b: topic-source x1 topic=more-orders json time=placed_at wait=5000ms -> (order_id STRING NOT NULL, user_id STRING, total_cents BIGINT, price DECIMAL(10, 2), status STRING, placed_at TIMESTAMP(3) NOT NULL) time origins
      view: view-sink x1 view=v key=[user_id, window_start, window_end]
        window: window-aggregate x1 tumbling size=60000ms key=[user_id] count(*) sum(total_cents) -> (user_id STRING, window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT NULL, orders BIGINT NOT NULL, revenue BIGINT) time
          a: topic-source x1 topic=orders json time=placed_at wait=5000ms -> (user_id STRING, total_cents BIGINT) time origins
          window.input-0-1: calc x1 select user_id AS user_id, total_cents AS total_cents -> (user_id STRING, total_cents BIGINT) time origins
            b: topic-source (see above)
      dead letters of a, b"
    `)
  })

  it('gives the output of code its event time by a calc', () => {
    const document = documentOf(
      [
        ordersSource('orders'),
        nodeOf('code', 'process-function', {
          forEach: ['user_id'],
          columns: [
            { name: 'user_id', type: 'STRING', nullable: true },
            { name: 'at', type: 'TIMESTAMP(3)', nullable: false },
          ],
          sideOutputs: [{ name: 'large', columns: [{ name: 'n', type: 'INT', nullable: true }] }],
          timeColumn: 'at',
        }),
        nodeOf('window', 'window', { forEach: ['user_id'] }),
        nodeOf('view', 'view-sink', { view: 'v' }),
        nodeOf('large', 'view-sink', { view: 'large' }),
      ],
      ['orders -> code', 'code -> window', 'code.large -> large', 'window -> view'],
    )
    expect(planOf(document)).toMatchInlineSnapshot(`
      "large: view-sink x1 view=large key=[]
        large code.code: process-function x1 key=[user_id] -> (user_id STRING, at TIMESTAMP(3) NOT NULL) time
          orders: topic-source x1 topic=orders json time=placed_at wait=5000ms -> (order_id STRING NOT NULL, user_id STRING, total_cents BIGINT, price DECIMAL(10, 2), status STRING, placed_at TIMESTAMP(3) NOT NULL) time origins
      view: view-sink x1 view=v key=[user_id, window_start, window_end]
        window: window-aggregate x1 tumbling size=60000ms key=[user_id] count(*) -> (user_id STRING, window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT NULL, row_count BIGINT NOT NULL) time
          code: calc x1 -> (user_id STRING, at TIMESTAMP(3) NOT NULL) time
            code.code: process-function (see above)
      dead letters of orders"
    `)
  })

  it('makes plans that are plain JSON', () => {
    const document = documentOf(
      [ordersSource('orders'), nodeOf('view', 'view-sink', { view: 'v' })],
      ['orders -> view'],
    )
    const { plan } = compilePipeline(document, catalogue, { topics: new Map(), version: 7 })
    expect(plan?.version).toBe(7)
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
  })
})
