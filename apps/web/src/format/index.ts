/** Values as text. */
export * from './numbers.ts'
export * from './time.ts'
