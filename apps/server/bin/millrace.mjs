#!/usr/bin/env node
// The command `millrace`: runs the built bundle.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const main = new URL('../dist/main.js', import.meta.url)
if (!existsSync(fileURLToPath(main))) {
  console.error('Millrace is not built yet. Run "npm run build" (or "npm start", which builds it).')
  process.exit(1)
}
await import(main.href)
