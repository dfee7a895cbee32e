import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'packages/**/*.test.ts',
      'apps/**/*.test.{ts,tsx}',
      'sim/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    pool: 'forks',
    // By default one worker fewer than cores: many tests wait for processes, so two cores serve two well.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
})
