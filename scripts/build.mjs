// `npm run build`: everything that is out of date.
import { buildWhenNeeded } from './lib/build.mjs'
import { installWhenNeeded } from './lib/install.mjs'
import { requireNode } from './lib/project.mjs'

requireNode()
await installWhenNeeded()
await buildWhenNeeded()
