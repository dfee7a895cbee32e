// `npm start`: installs and builds what is out of date, then runs the server in this process. Flags are handed on.
import { buildWhenNeeded } from './lib/build.mjs'
import { installWhenNeeded } from './lib/install.mjs'
import { inRoot, requireNode } from './lib/project.mjs'

requireNode()
await installWhenNeeded()
await buildWhenNeeded()
const main = inRoot('apps/server/dist/main.js')
process.argv = [process.argv[0], main, 'start', ...process.argv.slice(2)]
await import(main)
