// What bundles hold: source decode reaches neither JSON.parse nor avsc, preview and server run the same runtime code,
// and postMessage carries no batches.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { inRoot } from '../lib/project.mjs'

const { build } = await import('esbuild')
const failures = []

/** Workspace files that the entry reaches at run time, tree-shaken: paths relative to the root. */
async function reach(entry, platform) {
  const result = await build({
    absWorkingDir: inRoot(),
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    outdir: '.build/reach',
    format: 'esm',
    platform,
    external: ['snappy', 'lz4-napi', '@node-rs/crc32', '@bokuweb/zstd-wasm', 'ses'],
    loader: { '.css': 'empty' },
    logLevel: 'silent',
  })
  const files = new Set()
  for (const output of Object.values(result.metafile.outputs)) {
    for (const [path, input] of Object.entries(output.inputs))
      if (input.bytesInOutput > 0) files.add(path)
  }
  return { files, text: result.outputFiles.map((file) => file.text).join('\n') }
}

/** `JSON.parse` in any spelling: called, handed on, taken out of JSON, or by its name in brackets. */
const parsesJson = /\bJSON\s*(?:\?\.|\.)\s*parse\b|\bJSON\s*\[|\}\s*=\s*JSON\b|=\s*JSON\s*[;,\n]/
const decode = await reach('packages/schemas/src/formats/decoder.ts', 'node')
for (const path of decode.files)
  if (path.includes('node_modules/avsc')) failures.push(`source decode reaches avsc: ${path}`)
if (parsesJson.test(decode.text)) {
  failures.push(
    'source decode reaches JSON.parse: decode bytes straight into columns (packages/schemas/src/formats)',
  )
}
/** What stands between the log and the decoder: its imports reach far, so its own text is looked at. */
const sourceFiles = [
  'topic-source/decode-slice.ts',
  'topic-source/connector.node.ts',
  'topic-source/sample-source.ts',
  'topic-source/cut-batches.ts',
]
for (const name of sourceFiles) {
  const path = `packages/nodes/src/${name}`
  const text = readFileSync(inRoot(path), 'utf8')
  if (parsesJson.test(text) || /['"]avsc['"]/.test(text))
    failures.push(`${path} uses JSON.parse or avsc: source decode goes through the formats`)
}

const runtimeCode =
  /^packages\/(engine\/src\/(runtime|expressions)|schemas\/src\/formats|nodes\/src\/[^/]+\/operator\.ts)/
/** The preview's own driver: the same subtasks over plain queues, in one thread. */
const driver = /^packages\/engine\/src\/runtime\/inline-[a-z]+\.ts$/
/** What a preview has no use for: files of checkpoints, and the keys of records that it does not write. */
const serverOnly =
  /^packages\/(engine\/src\/runtime\/checkpoint-(manifest|recovery|store)|schemas\/src\/formats\/key-encoder)\.ts$/
const previewEntry = 'apps/web/src/preview/preview.worker.ts'
if (existsSync(inRoot(previewEntry))) {
  const preview = await reach(previewEntry, 'browser')
  const worker = await reach('apps/server/src/engine-worker.ts', 'node')
  const main = await reach('apps/server/src/main.ts', 'node')
  const shared = [...preview.files].filter((path) => runtimeCode.test(path))
  if (shared.length === 0) failures.push('the preview bundles no runtime code at all')
  for (const path of shared) {
    if (!worker.files.has(path) && !main.files.has(path) && !driver.test(path))
      failures.push(`the preview runs ${path}, which the server does not: one engine, two drivers`)
  }
  for (const path of worker.files) {
    if (runtimeCode.test(path) && !preview.files.has(path) && !serverOnly.test(path))
      failures.push(`the server runs ${path}, which the preview does not: one engine, two drivers`)
  }
}

/** Only these files may post messages; each carries control, never rows. */
const control = [
  'engine-worker.ts',
  'job-workers.ts',
  'polling-port.ts',
  'code-host-child.ts',
  'code-host-lifeline.ts',
]
const rowTypes = /\b(Batch|BatchBuilder|Element|Column|RecordBlock)\b/
const knowsRows = (text) =>
  [...text.matchAll(/^(?:import|export)\b([\s\S]*?)\bfrom\s+['"]/gm)].some(([, names]) =>
    rowTypes.test(names),
  )
function* sources(path) {
  for (const name of readdirSync(path)) {
    const full = `${path}/${name}`
    if (statSync(full).isDirectory()) yield* sources(full)
    else if (/\.ts$/.test(name) && !/\.test\.ts$/.test(name) && !full.includes('/testing/'))
      yield full
  }
}
for (const folder of ['packages/engine/src', 'packages/nodes/src']) {
  for (const file of sources(inRoot(folder))) {
    const text = readFileSync(file, 'utf8')
    if (!/\bpostMessage\b|\bBroadcastChannel\b/.test(text)) continue
    const name = file.slice(file.lastIndexOf('/') + 1)
    if (!control.includes(name))
      failures.push(`${file.slice(inRoot().length + 1)} posts messages: elements travel over rings`)
    else if (knowsRows(text))
      failures.push(`${name} posts messages and knows batches: keep control and rows apart`)
  }
}

for (const failure of failures) console.error(failure)
console.log(`${decode.files.size} files reachable from source decode`)
process.exit(failures.length > 0 ? 1 : 0)
