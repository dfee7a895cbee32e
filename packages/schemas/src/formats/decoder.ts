/** One door to the decoders. */
import type { BatchDecoder, DecoderSpec } from './api.ts'
import { createAvroDecoder } from './avro/avro-decoder.ts'
import { createJsonDecoder } from './json/json-decoder.ts'

/** A decoder for one source. Throws `AppError`: `bad-column-path`, and for Avro `no-schemas` or `bad-schema`. */
export function createDecoder(spec: DecoderSpec): BatchDecoder {
  switch (spec.format) {
    case 'json':
      return createJsonDecoder(spec)
    case 'avro':
      return createAvroDecoder(spec)
  }
}
