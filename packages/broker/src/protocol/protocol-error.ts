/** The one error that malformed bytes cause; whoever reads them closes that connection and nothing else. */

export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}
