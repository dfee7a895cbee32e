/** The flags of `millrace start`, read and checked; pure. */

export interface StartOptions {
  dataDirectory: string
  host: string
  studioPort: PortChoice
  kafkaPort: PortChoice
  registryPort: PortChoice
  open: boolean
  templates: boolean
  /** Names that the Host header may have besides the loopback ones. */
  allowedHosts: string[]
  readyFile: string | null
}

/** A default port gives way when it is taken, a chosen one does not; 0 picks a free one. */
export interface PortChoice {
  port: number
  chosen: boolean
  flag: string
}

export type ParsedArguments =
  | { is: 'start'; options: StartOptions }
  | { is: 'help'; text: string }
  | { is: 'version' }
  | { is: 'refused'; message: string }

export const usage = `millrace start [flags]     runs broker, registry, engine and studio

  --data DIR            where everything is kept (default ./.millrace)
  --host ADDRESS        address to listen on (default 127.0.0.1)
  --port N              port of the studio (default 4300; 0: a free one)
  --kafka-port N        port of the Kafka protocol (default 9092; 0: a free one)
  --registry-port N     port of the schema registry (default 8081; 0: a free one)
  --open                opens the studio in your browser
  --no-templates        hides the template gallery
  --allow-host NAME     accepts requests for this host name too; may be repeated
  --ready-file FILE     writes the addresses to FILE as JSON once everything listens
  --help, --version`

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])
const hostName = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/

/** Reads the arguments after the program's name. An unknown flag is refused by name, with the usage. */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  if (argv.includes('--help') || argv.includes('-h')) return { is: 'help', text: usage }
  if (argv.includes('--version')) return { is: 'version' }
  const [command, ...rest] = argv
  if (command !== 'start') {
    const said = command === undefined ? 'No command was given' : `"${command}" is no command`
    return { is: 'refused', message: `${said}. Run "millrace start".\n\n${usage}` }
  }
  return parseFlags(rest)
}

function parseFlags(argv: readonly string[]): ParsedArguments {
  const options = defaultOptions()
  for (let at = 0; at < argv.length; at++) {
    const [flag, inline] = splitFlag(argv[at])
    const bare = bareFlags.get(flag)
    if (bare) {
      if (inline !== undefined) return refused(`${flag} takes no value.`)
      bare(options)
      continue
    }
    const withValue = valueFlags.get(flag)
    if (!withValue) return refused(`${flag} is no flag of "millrace start".\n\n${usage}`)
    const value = inline ?? valueBehind(argv[++at])
    if (value === undefined || value === '') return refused(`${flag} needs a value.`)
    const problem = withValue(options, value)
    if (problem) return refused(problem)
  }
  if (!loopback.has(options.host)) {
    return refused(
      `--host ${options.host} would let other machines in, and there is no sign-in yet, so only 127.0.0.1, ::1 and ` +
        'localhost are accepted. To reach the studio from elsewhere, forward a port over SSH: ssh -L 4300:127.0.0.1:4300 HOST',
    )
  }
  const twice = samePort(options)
  return twice ? refused(twice) : { is: 'start', options }
}

function samePort({ studioPort, kafkaPort, registryPort }: StartOptions): string | undefined {
  const chosen = [studioPort, kafkaPort, registryPort].filter(
    (each) => each.chosen && each.port > 0,
  )
  for (const [at, { port, flag }] of chosen.entries()) {
    const other = chosen.slice(0, at).find((each) => each.port === port)
    if (other) return `${other.flag} and ${flag} are both ${port}. Give each a port of its own.`
  }
  return undefined
}

function defaultOptions(): StartOptions {
  return {
    dataDirectory: '.millrace',
    host: '127.0.0.1',
    studioPort: { port: 4300, chosen: false, flag: '--port' },
    kafkaPort: { port: 9092, chosen: false, flag: '--kafka-port' },
    registryPort: { port: 8081, chosen: false, flag: '--registry-port' },
    open: false,
    templates: true,
    allowedHosts: [],
    readyFile: null,
  }
}

/** Maps, not objects: those would know a flag called "constructor". */
const bareFlags = new Map<string, (options: StartOptions) => void>(
  Object.entries({
    '--open': (options: StartOptions) => {
      options.open = true
    },
    '--no-templates': (options: StartOptions) => {
      options.templates = false
    },
  }),
)

type ReadValue = (options: StartOptions, value: string) => string | undefined

const valueFlags = new Map<string, ReadValue>(
  Object.entries({
    '--data': (options, value) => {
      options.dataDirectory = value
      return undefined
    },
    '--host': (options, value) => {
      options.host = value === 'localhost' ? '127.0.0.1' : value.replace(/^\[(.*)\]$/, '$1')
      return undefined
    },
    '--port': (options, value) => readPort(options.studioPort, value),
    '--kafka-port': (options, value) => readPort(options.kafkaPort, value),
    '--registry-port': (options, value) => readPort(options.registryPort, value),
    '--allow-host': (options, value) => {
      if (!hostName.test(value)) {
        return `--allow-host ${value} is no host name. Give the name alone, without http:// and port.`
      }
      options.allowedHosts.push(value.toLowerCase())
      return undefined
    },
    '--ready-file': (options, value) => {
      options.readyFile = value
      return undefined
    },
  } satisfies Record<string, ReadValue>),
)

function readPort(choice: PortChoice, value: string): string | undefined {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (!(port >= 0 && port <= 65_535)) {
    return `${choice.flag} ${value} is no port. Give a number from 0 to 65535; 0 picks a free one.`
  }
  choice.port = port
  choice.chosen = true
  return undefined
}

/** The next argument, unless it is the next flag: its value was forgotten. */
function valueBehind(argument: string | undefined): string | undefined {
  return argument?.startsWith('--') ? undefined : argument
}

function splitFlag(argument: string): [string, string | undefined] {
  const equals = argument.indexOf('=')
  if (!argument.startsWith('--') || equals < 0) return [argument, undefined]
  return [argument.slice(0, equals), argument.slice(equals + 1)]
}

function refused(message: string): ParsedArguments {
  return { is: 'refused', message }
}
