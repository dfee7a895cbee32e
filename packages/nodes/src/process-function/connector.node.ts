/** The process function on the server: user code in a watched child process. */
import { type Connector, createNodeCodeHost } from '@millrace/engine/host-node'
import { processFunctionOn } from './operator.ts'

/** One code host for each worker thread, started with the first session. */
export const processFunction = processFunctionOn(createNodeCodeHost())

export const connector: Connector = {
  operators: { 'process-function': () => processFunction },
}
