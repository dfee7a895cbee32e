// Which browser the end-to-end tests use: an installed Chrome or Chromium, else Playwright's, else Debian's package.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const installed = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The path of an installed browser, or undefined. */
export function installedBrowser() {
  return installed.find((path) => path && existsSync(path))
}

/** A path, or undefined for Playwright's own browser; installs Debian's package when root may; else says what to run. */
export async function findBrowser() {
  const path = installedBrowser()
  if (path) return { path }
  const { chromium } = await import('@playwright/test')
  if (existsSync(chromium.executablePath())) return { path: undefined }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('Installing Debian’s chromium for the end-to-end tests …')
    spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'kcat'], {
      stdio: 'ignore',
    })
    const debian = installedBrowser()
    if (debian) return { path: debian }
  }
  return { missing: 'No browser for the end-to-end tests. Run: npx playwright install chromium' }
}
