/** CRC-32C by the processor's instruction, for the Node host. */
import { crc32c } from '@node-rs/crc32'
import type { Crc32c } from '../../records/crc32c.ts'

export const crc32cNative: Crc32c = (bytes) => crc32c(bytes)
