/** How smoothly the studio pans over a running pipeline of 200 nodes whose numbers change every second. */

import { documentFormat, pipelineDocument } from '@millrace/schemas'
import { chromium, type Page } from '@playwright/test'
import { installedBrowser } from '../../e2e/browser.mjs'
import { type ProductApi, startProduct } from './product.ts'

const chains = 20
const nodesEach = 10
const panMs = 10_000
/** Frame times, ms, that must be kept. */
const p95Max = 17
const p99Max = 34
/** Frames are 16.7 ms at 60 Hz; the timer's own grain is forgiven. */
const grainMs = 0.5

/** Ten rows a second of one column. */
const generator = {
  rowsPerSecond: 10,
  columns: [
    {
      name: 'id',
      type: 'STRING',
      nullable: false,
      generator: { is: 'sequence', start: 1, prefix: 'r-' },
      nullShare: 0,
    },
  ],
}

/** Answers whether the limits were kept. */
export async function measurePanning(fromSource: boolean): Promise<boolean> {
  const product = await startProduct({ fromSource, nodeFlags: [] })
  const browser = await chromium.launch({
    executablePath: installedBrowser(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-sync',
    ],
  })
  try {
    const id = await deployWide(product.api)
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(`${product.studio}/pipelines/${id}`)
    await page.getByRole('button', { name: 'Fit the graph' }).click()
    await page
      .locator('.react-flow__node')
      .nth(chains * nodesEach - 1)
      .waitFor()
    await page.getByText('Accounted', { exact: true }).waitFor()
    const frames = await pan(page)
    const at = (share: number) =>
      frames[Math.min(frames.length - 1, Math.floor(frames.length * share))]
    console.log(
      `${chains * nodesEach} nodes, ${frames.length} frames in ${panMs / 1000} s of panning: ` +
        `p50 ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms`,
    )
    return at(0.95) <= p95Max + grainMs && at(0.99) <= p99Max + grainMs
  } finally {
    await browser.close()
    await product.stop()
  }
}

/** Run in the page, as text: a bundler's helpers do not exist there. */
const collectFrames = `
  frameTimes = []
  requestAnimationFrame(function frame(now) {
    frameTimes.push(now)
    requestAnimationFrame(frame)
  })
`

/** Drags the canvas with the mouse for `panMs`; the page's own frame times, sorted. */
async function pan(page: Page): Promise<number[]> {
  await page.evaluate(collectFrames)
  const box = await page.getByRole('region', { name: 'Pipeline canvas' }).boundingBox()
  if (!box) throw new Error('the canvas has no size')
  const x = box.x + box.width / 2
  const y = box.y + box.height - 12
  await page.mouse.move(x, y)
  await page.mouse.down({ button: 'middle' })
  const from = await page.evaluate<number>('frameTimes.length')
  const until = performance.now() + panMs
  for (let step = 0; performance.now() < until; step++) {
    const angle = step / 12
    await page.mouse.move(x + Math.sin(angle) * 180, y - 60 + Math.cos(angle) * 50)
  }
  await page.mouse.up({ button: 'middle' })
  const times = await page.evaluate<number[]>('frameTimes')
  const panned = times.slice(from)
  return panned
    .slice(1)
    .map((time, i) => time - panned[i])
    .sort((a, b) => a - b)
}

/** Generators, each through filters into a view: every node has rows every second. */
async function deployWide(api: ProductApi): Promise<string> {
  const nodes: unknown[] = []
  const edges: unknown[] = []
  for (let chain = 0; chain < chains; chain++) {
    for (let i = 0; i < nodesEach; i++) {
      nodes.push(nodeAt(chain, i))
      if (i === 0) continue
      const from = { node: `n${chain}-${i - 1}`, port: 'rows' }
      edges.push({ from, to: { node: `n${chain}-${i}`, port: 'in' } })
    }
  }
  const document = pipelineDocument.parse({
    format: documentFormat,
    id: 'wide',
    name: 'Two hundred nodes',
    nodes,
    edges,
    notes: [],
    settings: {},
  })
  const made = await api.create(document.name, document)
  const deployed = await api.deploy(made.id, made.revision)
  if (!deployed.ok) throw new Error(`not deployed: ${JSON.stringify(deployed)}`)
  return made.id
}

function nodeAt(chain: number, i: number) {
  const place = {
    id: `n${chain}-${i}`,
    name: `Node ${chain}.${i}`,
    version: 1,
    position: { x: i * 300, y: chain * 170 },
  }
  if (i === 0) return { ...place, kind: 'generator-source', config: generator }
  if (i < nodesEach - 1)
    return { ...place, kind: 'filter', config: { condition: 'id IS NOT NULL' } }
  return { ...place, kind: 'view-sink', config: { view: `view-${chain}`, rowsMax: 100 } }
}
