/** Entry of an engine worker thread: the engine with the whole catalogue. */
import { runEngineWorker } from '@millrace/engine/host-node'
import { connectors } from '@millrace/nodes/connectors'
import { operators, sources } from '@millrace/nodes/operators'

await runEngineWorker({ operators, sources, connectors })
