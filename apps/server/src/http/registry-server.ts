/** The schema registry's REST API on its own port, as Confluent's clients expect it. */
import type { RegistryRequest, RegistryResponse } from '@millrace/schemas/registry'
import fastify from 'fastify'
import { schemaCharactersMax } from '../routers/inputs.ts'
import { addGuard, type StudioServer } from './studio-server.ts'

export interface RegistryServerOptions {
  handle(request: RegistryRequest): Promise<RegistryResponse>
  allowedHosts: readonly string[]
  log(message: string, cause: unknown): void
}

export async function createRegistryServer(options: RegistryServerOptions): Promise<StudioServer> {
  const app = fastify({
    bodyLimit: 4 * schemaCharactersMax,
    requestTimeout: 60_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    // Paths reach the registry as sent: subjects may hold encoded slashes.
    exposeHeadRoutes: false,
  })
  addGuard(app, options.allowedHosts)
  // Clients send their own content types, and some none: the registry reads the text itself.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500
    if (status >= 500) options.log('A request of the registry failed.', error)
    const message = status < 500 ? (error as Error).message : 'Error in the registry'
    return reply.code(status).send({ error_code: status < 500 ? status * 100 : 50_001, message })
  })
  app.all('/*', async (request, reply) => {
    const answer = await options.handle({
      method: request.method,
      path: request.url.split('?', 1)[0],
      query: request.query as Record<string, string>,
      body: typeof request.body === 'string' ? request.body : undefined,
    })
    return reply.code(answer.status).header('content-type', answer.contentType).send(answer.body)
  })
  return {
    async listen(port, host) {
      await app.listen({ port, host })
      const address = app.server.address()
      return typeof address === 'object' && address !== null ? address.port : port
    },
    close: () => app.close(),
  }
}
