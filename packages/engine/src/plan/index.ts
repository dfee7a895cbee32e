/** Document -> typed logical plan -> physical plan. Isomorphic: the studio types the draft with the same code that the server compiles. */

export type * from '../expressions/typed.ts'
export * from './node-definition.ts'
export * from './operator-configs.ts'
export * from './physical.ts'
export * from './problems.ts'
