// The studio's first load: index.html and all scripts and styles it names or imports statically, gzipped, stay under 300 KB.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { inRoot } from '../lib/project.mjs'

const limitBytes = 300 * 1024
const dist = inRoot('apps/web/dist')
const html = readFileSync(`${dist}/index.html`, 'utf8')
const seen = new Set()
const queue = [...html.matchAll(/(?:src|href)="\/?(assets\/[^"]+\.(?:js|css))"/g)].map(
  (match) => match[1],
)
let total = gzipSync(html).length
while (queue.length > 0) {
  const path = queue.pop()
  if (seen.has(path)) continue
  seen.add(path)
  const text = readFileSync(`${dist}/${path}`, 'utf8')
  total += gzipSync(text).length
  if (!path.endsWith('.js')) continue
  for (const match of text.matchAll(
    /(?:^|[;}\s])(?:import|export)[^'"()]*?["']\.\/([^"']+\.js)["']/g,
  ))
    queue.push(`assets/${match[1]}`)
}
console.log(
  `first load: ${(total / 1024).toFixed(1)} KB gz in ${seen.size} files, limit ${limitBytes / 1024} KB`,
)
if (seen.size === 0 || total > limitBytes) process.exit(1)
