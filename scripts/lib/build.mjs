// Builds what is out of date: the server's bundles with esbuild, the studio with Vite.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { contentHash, inRoot, run, tool } from './project.mjs'

/** One bundle for each thread or process; names are what `startWorker` looks for. */
export const serverEntries = [
  'apps/server/src/main.ts',
  'apps/server/src/engine-worker.ts',
  'packages/broker/src/host-node/broker-worker.ts',
  'packages/engine/src/host-node/code-host-child.ts',
  'packages/engine/src/host-node/code-host-lifeline.ts',
]

const external = ['snappy', 'lz4-napi', '@node-rs/crc32', '@bokuweb/zstd-wasm', 'ses']
const shared = ['package-lock.json', 'packages', 'scripts/lib/build.mjs']

export async function buildWhenNeeded() {
  const parts = [
    {
      name: 'server',
      sources: ['apps/server/src', ...shared],
      dist: 'apps/server/dist',
      build: buildServer,
    },
    {
      name: 'studio',
      sources: ['apps/web', 'apps/server/src', ...shared],
      dist: 'apps/web/dist',
      build: buildStudio,
    },
  ]
  for (const part of parts) {
    const stamp = inRoot(part.dist, '.stamp')
    const wanted = contentHash(part.sources)
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) continue
    console.error(`Building the ${part.name} …`)
    await part.build()
    mkdirSync(inRoot(part.dist), { recursive: true })
    writeFileSync(stamp, wanted)
  }
}

async function buildServer() {
  const { build } = await import('esbuild')
  rmSync(inRoot('apps/server/dist'), { recursive: true, force: true })
  await build({
    absWorkingDir: inRoot(),
    entryPoints: serverEntries.filter((entry) => existsSync(inRoot(entry))),
    entryNames: '[name]',
    outdir: 'apps/server/dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    external,
    define: { MILLRACE_BUNDLED: 'true' },
    banner: {
      js: "import { createRequire as millraceRequire } from 'node:module'; const require = millraceRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
}

async function buildStudio() {
  const { code, output } = await run(tool('vite'), ['build', 'apps/web', '--logLevel', 'warn'], {
    capture: true,
  })
  if (code === 0) return
  console.error(output)
  console.error('The studio did not build.')
  process.exit(code)
}
