/** The command `millrace`: reads flags, starts the server, prints its addresses, and ends it on a signal. */
import { AppError, messageOf } from '@millrace/base'
import { parseArguments, type StartOptions } from './options.ts'
import { type RunningServer, startServer } from './server.ts'
import { openBrowser } from './system/open-browser.ts'
import { writeReadyFile } from './system/ready-file.ts'
import { productVersion } from './system/version.ts'

/** A second signal, or a stop that takes longer than this, ends the process at once. */
const stopMsMax = 30_000

function log(message: string, cause?: unknown): void {
  const detail =
    cause instanceof AppError
      ? `: ${cause.message}`
      : cause instanceof Error
        ? `\n${cause.stack}`
        : ''
  process.stderr.write(`${new Date().toISOString()} ${message}${detail}\n`)
}

async function run(argv: readonly string[]): Promise<void> {
  const parsed = parseArguments(argv)
  switch (parsed.is) {
    case 'help':
      console.log(parsed.text)
      return
    case 'version':
      console.log(productVersion)
      return
    case 'refused':
      console.error(parsed.message)
      process.exitCode = 2
      return
    case 'start':
      await serve(parsed.options)
  }
}

async function serve(options: StartOptions): Promise<void> {
  let server: RunningServer | undefined
  let stopping = false
  const stop = (code: number) => {
    if (stopping) process.exit(code === 0 ? 130 : code)
    stopping = true
    setTimeout(() => process.exit(1), stopMsMax).unref()
    const closed = server ? server.close() : Promise.resolve()
    closed.then(
      () => process.exit(code),
      (error) => {
        log('Stopping failed.', error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', () => stop(0))
  process.on('SIGTERM', () => stop(0))
  try {
    server = await startServer(options, log)
    server.onFailure((error) => {
      log('The broker ended, so Millrace ends too.', error)
      stop(1)
    })
    announce(server, options)
  } catch (error) {
    console.error(error instanceof AppError ? error.message : messageOf(error))
    if (!(error instanceof AppError)) log('Starting failed.', error)
    stop(1)
  }
}

/** Notes first; then exactly three lines. */
function announce({ addresses, notes }: RunningServer, options: StartOptions): void {
  for (const note of notes) console.log(note)
  console.log(`Studio ${addresses.studio}`)
  console.log(`Kafka ${addresses.kafka}`)
  console.log(`Registry ${addresses.registry}`)
  if (options.readyFile !== null) writeReadyFile(options.readyFile, addresses)
  if (options.open) {
    openBrowser(addresses.studio, (cause) => log('The browser could not be opened.', cause))
  }
}

await run(process.argv.slice(2))
