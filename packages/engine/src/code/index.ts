/** User code: transpiling, types for the editor, and the runner that executes one request in a sealed compartment. */
export * from './editor-types.ts'
export * from './local-host.ts'
export * from './program.ts'
export * from './runner.ts'
export * from './transfer.ts'
export * from './transpile.ts'
