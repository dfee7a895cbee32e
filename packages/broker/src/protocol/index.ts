/** Kafka's wire protocol: bytes in, objects out. No I/O. */
export * from './api.ts'
export * from './error-codes.ts'
export * from './generated/index.ts'
export * from './headers.ts'
export * from './protocol-error.ts'
export * from './reader.ts'
export * from './uuid.ts'
export * from './writer.ts'
