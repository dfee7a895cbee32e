// Plants a fault for every static check in a clean copy and expects the check to fail: `node scripts/checks/plant-faults.mjs [name]`.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inRoot } from '../lib/project.mjs'

const only = process.argv[2]
const copy = join(mkdtempSync(join(tmpdir(), 'millrace-faults-')), 'copy')
execFileSync('git', ['clone', '-q', inRoot(), copy])
symlinkSync(inRoot('node_modules'), join(copy, 'node_modules'))

const node = process.execPath
const bin = (name) => join(copy, 'node_modules', '.bin', name)
/** The planted file's own folder is enough: its imports are followed from there. */
const depcruise = (file) => () => [
  bin('depcruise'),
  ['--config', '.dependency-cruiser.cjs', dirname(file)],
]
const tidy = (title) => () => [bin('vitest'), ['run', 'scripts/checks/tidy.test.ts', '-t', title]]
const bundles = () => [node, ['scripts/checks/bundles.mjs']]

/** What a fault appends to which file; `check` must then fail and its output name `says`. */
const faults = [
  {
    name: 'types',
    file: 'packages/base/src/bytes.ts',
    text: "\nexport const fault: number = 'text'\n",
    check: () => [bin('tsc'), ['-b', 'packages/base']],
    says: 'TS2322',
  },
  {
    name: 'lint',
    file: 'packages/base/src/bytes.ts',
    text: '\nexport default 1\n',
    check: () => [bin('biome'), ['check', 'packages/base/src/bytes.ts']],
    says: 'noDefaultExport',
  },
  {
    name: 'format',
    file: 'packages/base/src/bytes.ts',
    text: '\nexport const fault   =  1;\n',
    check: () => [bin('biome'), ['check', 'packages/base/src/bytes.ts']],
    says: 'format',
  },
  rule('base-imports-nothing', 'packages/base/src/bytes.ts', '../../schemas/src/types.ts'),
  rule(
    'schemas-imports-base-only',
    'packages/schemas/src/types.ts',
    '../../engine/src/plan/index.ts',
  ),
  rule('broker-imports-base-only', 'packages/broker/src/index.ts', '../../schemas/src/index.ts'),
  rule(
    'engine-core-has-no-broker',
    'packages/engine/src/runtime/time-share.ts',
    '../../../broker/src/client/index.ts',
  ),
  rule(
    'engine-never-imports-nodes',
    'packages/engine/src/runtime/time-share.ts',
    '../../../nodes/src/form-meta.ts',
  ),
  rule(
    'engine-host-uses-the-broker-by-its-client',
    'packages/engine/src/host-node/doorbell.ts',
    '../../../broker/src/groups/index.ts',
  ),
  rule(
    'nodes-are-isomorphic',
    'packages/nodes/src/filter/operator.ts',
    '../../../broker/src/client/index.ts',
  ),
  rule(
    'a-node-knows-its-own-folder',
    'packages/nodes/src/filter/operator.ts',
    '../window/operator.ts',
  ),
  rule('web-takes-server-types-only', 'apps/web/src/main.tsx', '../../server/src/options.ts'),
  rule('web-is-a-browser', 'apps/web/src/main.tsx', '../../../packages/broker/src/client/index.ts'),
  rule('isomorphic-has-no-node-modules', 'packages/engine/src/runtime/time-share.ts', 'node:fs'),
  rule(
    'e2e-reaches-the-product-from-outside',
    'e2e/support/kafka.ts',
    '../../packages/broker/src/client/index.ts',
  ),
  rule(
    'nothing-imports-the-test-beds',
    'packages/engine/src/host-node/doorbell.ts',
    '../../../../e2e/support/kafka.ts',
  ),
  {
    name: 'unused code',
    file: 'packages/base/src/unused-fault.ts',
    text: '/** Nobody imports this. */\nexport const fault = 1\n',
    check: () => [bin('knip'), []],
    says: 'unused-fault',
  },
  {
    name: 'generated drift',
    file: 'packages/broker/src/protocol/generated/heartbeat.ts',
    text: '\n// edited by hand\n',
    committed: true,
    check: () => [node, ['scripts/generate.mjs', '--check']],
    says: 'differ',
  },
  {
    name: 'tidy: length',
    file: 'packages/base/src/bytes.ts',
    text: '\n'.repeat(500),
    check: tidy('500 lines'),
    says: 'bytes.ts',
  },
  {
    name: 'tidy: head comment',
    file: 'packages/base/src/headless.ts',
    text: 'export const fault = 1\n',
    check: tidy('starts every source file'),
    says: 'headless.ts',
  },
  {
    name: 'tidy: ambient clock',
    file: 'packages/engine/src/runtime/time-share.ts',
    text: '\nexport const fault = Date.now()\n',
    check: tidy('takes clock'),
    says: 'time-share.ts',
  },
  {
    name: 'tidy: evaluation',
    file: 'packages/engine/src/runtime/time-share.ts',
    text: "\nexport const fault = new Function('return 1')\n",
    check: tidy('evaluates generated code'),
    says: 'time-share.ts',
  },
  {
    name: 'tidy: focused test',
    file: 'packages/base/src/fault.test.ts',
    text: `import { it } from 'vitest'\n\nit.${'only'}('x', () => {})\n`,
    check: tidy('focused'),
    says: 'fault.test.ts',
  },
  {
    name: 'tidy: left for later',
    file: 'packages/base/src/bytes.ts',
    text: `\n// ${'TO' + 'DO'}: later\n`,
    check: tidy('leaves nothing'),
    says: 'bytes.ts',
  },
  {
    name: 'tidy: machine path',
    file: 'packages/base/README.md',
    text: `\nSee /${'home'}/somebody/notes.\n`,
    check: tidy('machine path'),
    says: 'README.md',
  },
  {
    name: 'bundles: JSON.parse in decode',
    file: 'packages/schemas/src/formats/decoder.ts',
    text: '\nexport const fault = (text: string): unknown => JSON.parse(text)\n',
    check: bundles,
    says: 'JSON.parse',
  },
  {
    name: 'bundles: JSON.parse handed on',
    file: 'packages/schemas/src/formats/json/scan.ts',
    text: '\nconst { parse } = JSON\nexport const fault = (text: string): unknown => parse(text)\n',
    also: ['packages/schemas/src/formats/decoder.ts', "\nexport { fault } from './json/scan.ts'\n"],
    check: bundles,
    says: 'JSON.parse',
  },
  {
    name: 'bundles: JSON.parse in the source',
    file: 'packages/nodes/src/topic-source/decode-slice.ts',
    text: '\nexport const fault = (text: string): unknown => JSON.parse(text)\n',
    check: bundles,
    says: 'decode-slice.ts uses JSON.parse',
  },
  {
    name: 'bundles: avsc in decode',
    file: 'packages/schemas/src/formats/decoder.ts',
    text: "\nimport avsc from 'avsc'\nexport const fault = avsc.Type\n",
    check: bundles,
    says: 'reaches avsc',
  },
  {
    name: 'bundles: a control file that knows batches',
    file: 'packages/engine/src/host-node/job-workers.ts',
    text: "\nimport {\n  type Batch,\n  types,\n} from '@millrace/schemas'\nexport const fault = (batch: Batch) => [batch, types]\n",
    check: bundles,
    says: 'knows batches',
  },
  {
    name: 'bundles: another engine in the server',
    file: 'packages/engine/src/runtime/server-only.ts',
    text: '/** Only the server runs this. */\nexport const fault = { only: String(Math.PI) }\n',
    also: [
      'apps/server/src/engine-worker.ts',
      "\nimport { fault } from '../../../packages/engine/src/runtime/server-only.ts'\nprocess.title = fault.only\n",
    ],
    check: bundles,
    says: 'server-only',
  },
  {
    name: 'bundles: batches by message',
    file: 'packages/engine/src/host-node/ring.ts',
    text: '\nexport const fault = (port: { postMessage(x: unknown): void }) => port.postMessage(1)\n',
    check: bundles,
    says: 'posts messages',
  },
  {
    name: 'bundles: another engine in the preview',
    file: 'packages/engine/src/runtime/preview-only.ts',
    text: '/** Only the preview runs this. */\nexport const fault = { only: String(Math.PI) }\n',
    also: [
      'apps/web/src/preview/preview.worker.ts',
      "\nimport { fault } from '../../../../packages/engine/src/runtime/preview-only.ts'\nself.name = fault.only\n",
    ],
    check: bundles,
    says: 'preview-only',
  },
]

function rule(name, file, target) {
  return {
    name: `import rule: ${name}`,
    file,
    text: `\nimport '${target}'\n`,
    check: depcruise(file),
    says: name,
  }
}

function plant(file, text) {
  const path = join(copy, file)
  const before = existsSync(path) ? readFileSync(path) : null
  if (before === null && !existsSync(dirname(path))) throw new Error(`no folder for ${file}`)
  appendFileSync(path, text)
  return () => (before === null ? rmSync(path) : writeFileSync(path, before))
}

let missed = 0
for (const fault of faults) {
  if (only && !fault.name.includes(only)) continue
  const undo = [plant(fault.file, fault.text)]
  if (fault.also) undo.push(plant(...fault.also))
  if (fault.committed) execFileSync('git', ['commit', '-qam', 'planted'], { cwd: copy })
  const [command, args] = fault.check()
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: 'utf8' })
  const caught = status !== 0 && `${stdout}${stderr}`.includes(fault.says)
  if (!caught) missed++
  console.log(`${caught ? 'caught' : 'MISSED'}  ${fault.name}`)
  if (!caught) console.log(`${stdout}${stderr}`.slice(-1500))
  if (fault.committed) execFileSync('git', ['reset', '-q', '--hard', 'HEAD~1'], { cwd: copy })
  else for (const mend of undo.reverse()) mend()
}
rmSync(dirname(copy), { recursive: true, force: true })
console.log(
  missed === 0 ? 'Every planted fault was caught.' : `${missed} planted faults were missed.`,
)
process.exit(missed === 0 ? 0 : 1)
