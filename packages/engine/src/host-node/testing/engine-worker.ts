/** The engine worker of this package's own tests: the topic connectors and the window operator, no catalogue. */
import { connector as topicSink } from '../../../../nodes/src/topic-sink/connector.node.ts'
import { connector as topicSource } from '../../../../nodes/src/topic-source/connector.node.ts'
import { windowAggregate } from '../../runtime/index.ts'
import { runEngineWorker } from '../engine-worker.ts'
import { calc } from './calc-operator.ts'

await runEngineWorker({
  operators: { calc, 'window-aggregate': windowAggregate },
  sources: {},
  connectors: [topicSource, topicSink],
})
