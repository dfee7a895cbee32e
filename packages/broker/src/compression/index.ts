/** Compression of record batches: one interface, the implementations are injected (`compression/node`). */
export * from './codec.ts'
export * from './lz4.ts'
export * from './snappy.ts'
