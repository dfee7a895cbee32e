/** One door to the encoders. */
import { AppError } from '@millrace/base'
import type { BatchEncoder, EncoderSpec } from './api.ts'
import { createAvroEncoder } from './avro/avro-encoder.ts'
import { createJsonEncoder } from './json/json-encoder.ts'

/** An encoder for one sink. Throws `AppError` `no-schemas` for Avro without a schema id. */
export function createEncoder(spec: EncoderSpec): BatchEncoder {
  if (spec.format === 'json') return createJsonEncoder(spec.row, spec.timestamps)
  if (spec.schemaId === undefined)
    throw new AppError('Avro records need the id of their registered schema.', {
      code: 'no-schemas',
      origin: 'internal',
    })
  return createAvroEncoder(spec.row, spec.schemaId)
}
