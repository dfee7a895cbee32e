// kcat is the second foreign client of the broker's tests; Debian packages it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

export function ensureKcat() {
  if (spawnSync('kcat', ['-V'], { stdio: 'ignore' }).status === 0) return
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Debian’s kcat for the client tests …')
    spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'kcat'], {
      stdio: 'ignore',
    })
    return
  }
  console.log(
    'kcat is not installed: its tests will be skipped. Debian and Ubuntu: apt-get install kcat; macOS: brew install kcat',
  )
}
