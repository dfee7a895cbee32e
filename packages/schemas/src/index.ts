/** The nouns that cross a border: types, columns and batches, the pipeline document. Formats and the registry have doors of their own. */
export * from './active-document.ts'
export * from './batch.ts'
export * from './batch-builder.ts'
export * from './columns.ts'
export * from './document.ts'
export * from './types.ts'
