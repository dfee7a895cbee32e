/** Formats: record bytes to columns and back, inference from samples, and values as people read them. */
export * from './api.ts'
export { avroSchemaOf } from './avro/avro-encoder.ts'
export { createDecoder } from './decoder.ts'
export { displayValue } from './display.ts'
export { createEncoder } from './encoder.ts'
export { readEventTimes } from './event-times.ts'
export { inferColumns, schemaIdsOf } from './infer/infer-columns.ts'
export { createKeyEncoder } from './key-encoder.ts'
