// Prints src/formats/json/pattern-scanner.gen.ts: the module of pattern-scanner.wat in WebAssembly's binary format.
import { readFileSync, writeFileSync } from 'node:fs'
import loadWabt from 'wabt'

const folder = new URL('../src/formats/json/', import.meta.url)
const name = 'pattern-scanner'
const wabt = await loadWabt()
const source = wabt.parseWat(`${name}.wat`, readFileSync(new URL(`${name}.wat`, folder), 'utf8'), {
  simd: true,
})
source.validate()
const { buffer } = source.toBinary({})
const lines = []
for (let i = 0; i < buffer.length; i += 24)
  lines.push(`  ${[...buffer.subarray(i, i + 24)].join(', ')},`)
writeFileSync(
  new URL(`${name}.gen.ts`, folder),
  `/** Printed from ${name}.wat by scripts/generate-${name}.mjs; do not edit. */\nexport const patternScannerModule = new Uint8Array([\n${lines.join('\n')}\n])\n`,
)
