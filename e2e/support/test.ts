/** The test function of all end-to-end tests: a running product, and the studio open in a browser. */
import { test as base, expect } from '@playwright/test'
import { StudioServer } from './server.ts'

interface Fixtures {
  /** A fresh data directory, the product running on it. */
  server: StudioServer
}

export const test = base.extend<Fixtures>({
  server: async ({ browserName: _ }, use, testInfo) => {
    const server = new StudioServer()
    await server.start()
    await use(server)
    if (testInfo.status !== testInfo.expectedStatus) console.log(server.log)
    await server.dispose()
  },
})

export { expect }
