// Record batches, good ones and bad ones.
import { loadNodeCodecs } from '../../src/compression/node/codecs.ts'
import { crc32cNative as crc32c } from '../../src/compression/node/crc32c.ts'
import { BatchBuilder } from '../../src/records/batch-builder.ts'
import { at, setInt64, viewOf } from '../../src/records/batch-header.ts'

const codecs = await loadNodeCodecs()
const encoder = new TextEncoder()

/** `values` as one batch; options as of `BatchBuilder`, `times` one for each value. */
export function batch(values, { times, ...options } = {}) {
  const builder = new BatchBuilder({ crc32c, codecs, ...options })
  values.forEach((value, index) => {
    const key = options.keyless ? null : encoder.encode(`k${index}`)
    builder.append(times?.[index] ?? 1_700_000_000_000 + index, key, encoder.encode(value))
  })
  return builder.build()
}

/** The batch with bytes changed by `patch(view, bytes)`; its checksum made anew unless `crc` is false. */
export function patched(bytes, patch, { crc = true } = {}) {
  const copy = bytes.slice()
  const view = viewOf(copy)
  patch(view, copy)
  if (crc) view.setUint32(at.crc, crc32c(copy.subarray(at.attributes)))
  return copy
}

export { at, setInt64 }
