// `npm run generate`: every generator of the workspace. `--check` fails when a committed file differs from what it prints.
import { existsSync, readdirSync } from 'node:fs'
import { inRoot, run } from './lib/project.mjs'

const check = process.argv.includes('--check')
const generators = []
for (const area of ['packages', 'apps']) {
  for (const name of readdirSync(inRoot(area)).sort()) {
    const folder = inRoot(area, name, 'scripts')
    if (!existsSync(folder)) continue
    for (const file of readdirSync(folder).sort()) {
      if (/^generate-.*\.mjs$/.test(file)) generators.push(`${area}/${name}/scripts/${file}`)
    }
  }
}

for (const generator of generators) {
  const { code, output } = await run(process.execPath, [inRoot(generator)], { capture: true })
  if (code !== 0) {
    console.error(`${generator} failed:\n${output}`)
    process.exit(code)
  }
}

if (check) {
  const generated = [':(glob)**/generated/**', ':(glob)**/*.gen.ts', ':(glob)docs/nodes/**']
  const { output } = await run('git', ['status', '--porcelain', '--', ...generated], {
    capture: true,
  })
  if (output.trim() !== '') {
    console.error(
      `Generated files differ from what the generators print. Run "npm run generate" and commit:\n${output}`,
    )
    process.exit(1)
  }
}
console.log(`${generators.length} generators ran.`)
