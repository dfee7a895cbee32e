/** One door to the decoders. */
import { AppError } from '@millrace/base'
import type { BatchDecoder, DecoderSpec } from './api.ts'
import { createJsonDecoder } from './json/json-decoder.ts'

/** A decoder for one source. Throws `AppError` `bad-column-path` when a column's path cannot be used. */
export function createDecoder(spec: DecoderSpec): BatchDecoder {
  switch (spec.format) {
    case 'json':
      return createJsonDecoder(spec)
    case 'avro':
      throw new AppError('avro', { code: 'x', origin: 'internal' })
  }
}
