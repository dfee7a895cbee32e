/** Entry of the engine worker when the benchmark composes the parts itself. */
import { runEngineWorker } from '@millrace/engine/host-node'
import { windowAggregate } from '@millrace/engine/runtime'
import { connectors } from '@millrace/nodes/connectors'

await runEngineWorker({
  operators: { 'window-aggregate': windowAggregate },
  sources: {},
  connectors,
})
