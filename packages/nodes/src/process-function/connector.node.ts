/** The process function on the server: user code in a watched child process, one for each worker, started when needed. */
import { type Connector, createNodeCodeHost } from '@millrace/engine/host-node'
import { processFunctionOn } from './operator.ts'

export const connector: Connector = {
  operators: { 'process-function': () => processFunctionOn(createNodeCodeHost()) },
}
