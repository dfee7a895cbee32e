/** What all partitions of one log manager share. */
import type { LogEnvironment } from './api.ts'
import type { FileCache } from './file-cache.ts'
import type { IndexCache } from './index-cache.ts'

export interface LogContext {
  environment: LogEnvironment
  files: FileCache
  indexes: IndexCache
}
