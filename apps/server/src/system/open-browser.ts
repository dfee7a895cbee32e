/** Opens an address in the user's browser. */
import { spawn } from 'node:child_process'

const commands: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** A browser that does not open is no failure of the server: `failed` is told. */
export function openBrowser(address: string, failed: (cause: Error) => void): void {
  const [command, ...rest] = commands[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...rest, address], { stdio: 'ignore', detached: true })
  child.on('error', failed)
  child.unref()
}
