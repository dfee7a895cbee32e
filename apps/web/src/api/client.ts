/** The tRPC client: subscriptions over one WebSocket, everything else batched over HTTP. */
import type { AppRouter, ErrorData } from '@millrace/server'
import { QueryClient } from '@tanstack/react-query'
import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  splitLink,
  type TRPCClient,
  TRPCClientError,
  wsLink,
} from '@trpc/client'
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from '@trpc/tanstack-react-query'
import { connectionLost, connectionOpen } from './connection.ts'

const apiPath = '/trpc'
/** Longest wait between two attempts to connect again. */
const reconnectMsMax = 5_000

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => count < 2 && isRetriable(error),
    },
  },
})

const socket = createWSClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${apiPath}`,
  retryDelayMs: (attempt) => Math.min(reconnectMsMax, 250 * 2 ** attempt),
  keepAlive: { enabled: true, intervalMs: 5_000, pongTimeoutMs: 3_000 },
  onOpen: () => {
    // What was missed while the line was down is read again; subscriptions go on by themselves.
    if (connectionOpen()) void queryClient.invalidateQueries()
  },
  onClose: () => connectionLost(),
})

export const client: TRPCClient<AppRouter> = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: wsLink({ client: socket }),
      false: httpBatchLink({ url: apiPath, maxItems: 20 }),
    }),
  ],
})

export const trpc: TRPCOptionsProxy<AppRouter> = createTRPCOptionsProxy<AppRouter>({
  client,
  queryClient,
})

/** The server's own account of a failure; undefined when it never answered. */
export function errorData(error: unknown): ErrorData | undefined {
  if (!(error instanceof TRPCClientError)) return undefined
  const data = (error.data ?? undefined) as { app?: ErrorData | null } | undefined
  return data?.app ?? undefined
}

/** Did the call fail because the server could not be reached? */
export function isOffline(error: unknown): boolean {
  return error instanceof TRPCClientError && error.data === undefined && error.shape === undefined
}

/** The failure that takes the place of what a query read; null while it shows what it had before the server went away. */
export function blockingError<E>(query: { error: E; data: unknown }): E | null {
  return query.data !== undefined && isOffline(query.error) ? null : query.error
}

function isRetriable(error: unknown): boolean {
  return isOffline(error) || errorData(error)?.retriable === true
}
