/** The Schema Registry: Confluent's REST API as a pure handler over a log of records. */
export * from './api.ts'
