/** Formats: record bytes to columns and back, inference from samples, and values as people read them. */
export * from './api.ts'
export { createDecoder } from './decoder.ts'
