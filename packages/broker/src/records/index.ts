/** Record batches of the Kafka protocol (magic 2): read, checked, walked and built, without I/O. */
export * from './batch-builder.ts'
export * from './batch-header.ts'
export * from './checks.ts'
export * from './control-batch.ts'
export * from './crc32c.ts'
export * from './record-cursor.ts'
export * from './records-of.ts'
