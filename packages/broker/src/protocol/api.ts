/** What the codec knows of one API; `generated/` holds one value of this for each. */
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

export interface Api<Request, Response> {
  readonly key: number
  readonly name: string
  /** The versions whose bytes we read and write, both ends included. */
  readonly minVersion: number
  readonly maxVersion: number
  /** First version with compact lengths and tagged fields (KIP-482). */
  readonly flexibleFrom: number
  readRequest(reader: Reader, version: number): Request
  writeRequest(writer: Writer, request: Request, version: number): void
  readResponse(reader: Reader, version: number): Response
  writeResponse(writer: Writer, response: Response, version: number): void
}
