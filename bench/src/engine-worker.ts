/** Entry of the engine worker when the benchmark composes the parts itself. */
import { runEngineWorker } from '@millrace/engine/host-node'
import { windowAggregate } from '@millrace/engine/runtime'
import { connector as topicSink } from '../../packages/nodes/src/topic-sink/connector.node.ts'
import { connector as topicSource } from '../../packages/nodes/src/topic-source/connector.node.ts'

await runEngineWorker({
  operators: { 'window-aggregate': windowAggregate },
  sources: {},
  connectors: [topicSource, topicSink],
})
