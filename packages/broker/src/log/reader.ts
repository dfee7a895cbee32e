/** What a thread that reads segments needs, and nothing of the broker's own: the entry `@millrace/broker/log-reader`. */
export { forEachHeader } from '../records/record-cursor.ts'
export { createReaderHub, type ReaderHub, type ReaderHubOptions } from './log-reader.ts'
export * from './reader-api.ts'
