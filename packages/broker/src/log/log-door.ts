/** The broker side of in-process reading: leases that pin segments, and the published bounds. */

export interface LogDoor {
  /**
   * Serves one reader thread: `post` sends to it, the returned function takes what it sends. `closed` ends its leases.
   * Node's glue is `log/node/reader-port.ts`.
   */
  connect(post: (message: unknown) => void): { receive(message: unknown): void; closed(): void }
}
