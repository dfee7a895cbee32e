/** Request and response headers, and which version of them a message has (KIP-482, KIP-511). */
import type { Api } from './api.ts'
import { apiVersions } from './generated/api-versions.ts'
import type { Reader } from './reader.ts'
import { Writer } from './writer.ts'

export interface RequestHeader {
  apiKey: number
  apiVersion: number
  correlationId: number
  /** Null and empty are both allowed. */
  clientId: string | null
}

/** Reads key, version, correlation id and client id; the tags of header v2 follow, see `skipHeaderTags`. */
export function readRequestHeader(reader: Reader): RequestHeader {
  const apiKey = reader.int16()
  const apiVersion = reader.int16()
  const correlationId = reader.int32()
  const clientId = reader.nullableString(false)
  return { apiKey, apiVersion, correlationId, clientId }
}

/** Header v2, which the flexible versions have, ends with tags; its client id stays a non-compact string. */
export function skipHeaderTags(reader: Reader, flexibleFrom: number, version: number): void {
  if (version >= flexibleFrom) reader.skipTags()
}

/** A whole request with its size in front, as parts to be sent in order. */
export function frameRequest<Q, R>(
  api: Api<Q, R>,
  header: { version: number; correlationId: number; clientId: string | null },
  request: Q,
): Uint8Array[] {
  const writer = new Writer(512)
  writer.int32(0)
  writer.int16(api.key)
  writer.int16(header.version)
  writer.int32(header.correlationId)
  writer.nullableString(header.clientId, false)
  if (header.version >= api.flexibleFrom) writer.uvarint(0)
  api.writeRequest(writer, request, header.version)
  return finishFrame(writer)
}

/** A whole response with its size in front. The header of ApiVersions is v0 in every version (KIP-511). */
export function frameResponse<Q, R>(
  api: Api<Q, R>,
  header: { version: number; correlationId: number },
  response: R,
): Uint8Array[] {
  const writer = new Writer(256)
  writer.int32(0)
  writer.int32(header.correlationId)
  if (hasResponseTags(api, header.version)) writer.uvarint(0)
  api.writeResponse(writer, response, header.version)
  return finishFrame(writer)
}

/** Whether the response header ends with tags. */
export function hasResponseTags<Q, R>(api: Api<Q, R>, version: number): boolean {
  return version >= api.flexibleFrom && api.key !== apiVersions.key
}

function finishFrame(writer: Writer): Uint8Array[] {
  const size = writer.size() - 4
  const parts = writer.finish()
  const first = parts[0]
  new DataView(first.buffer, first.byteOffset, 4).setInt32(0, size)
  return parts
}

/** Reads one message body that must fill the rest of `reader`. */
export function readWhole<T>(
  read: (reader: Reader, version: number) => T,
  reader: Reader,
  version: number,
): T {
  const message = read(reader, version)
  reader.expectEnd()
  return message
}
