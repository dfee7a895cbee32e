import { describe, expect, it } from 'vitest'
import { parseArguments } from './options.ts'

const refusal = (...argv: string[]) => {
  const parsed = parseArguments(argv)
  return parsed.is === 'refused' ? parsed.message.split('\n')[0] : `not refused: ${parsed.is}`
}

describe('the flags of millrace start', () => {
  it('have defaults that may give way when a port is taken', () => {
    const parsed = parseArguments(['start'])
    expect(parsed).toEqual({
      is: 'start',
      options: {
        dataDirectory: '.millrace',
        host: '127.0.0.1',
        studioPort: { port: 4300, chosen: false, flag: '--port' },
        kafkaPort: { port: 9092, chosen: false, flag: '--kafka-port' },
        registryPort: { port: 8081, chosen: false, flag: '--registry-port' },
        open: false,
        templates: true,
        allowedHosts: [],
        readyFile: null,
      },
    })
  })

  it('are read with a blank or an equals sign, and --allow-host may be repeated', () => {
    const parsed = parseArguments([
      'start',
      '--data=/tmp/x',
      '--port',
      '0',
      '--open',
      '--no-templates',
      '--allow-host',
      'Studio.Local',
      '--allow-host=b',
      '--ready-file',
      'r.json',
    ])
    expect(parsed).toMatchObject({
      is: 'start',
      options: {
        dataDirectory: '/tmp/x',
        studioPort: { port: 0, chosen: true },
        open: true,
        templates: false,
        allowedHosts: ['studio.local', 'b'],
        readyFile: 'r.json',
      },
    })
  })

  it('that are unknown, lack a value or have a bad one are refused by name', () => {
    expect(refusal()).toBe('No command was given. Run "millrace start".')
    expect(refusal('serve')).toBe('"serve" is no command. Run "millrace start".')
    expect(refusal('start', '--prot', '1')).toBe('--prot is no flag of "millrace start".')
    expect(refusal('start', '--port')).toBe('--port needs a value.')
    expect(refusal('start', '--port', '99999')).toBe(
      '--port 99999 is no port. Give a number from 0 to 65535; 0 picks a free one.',
    )
    expect(refusal('start', '--open=yes')).toBe('--open takes no value.')
    expect(refusal('start', '--allow-host', 'http://x')).toMatch(/is no host name/)
  })

  it('do not let other machines in while there is no sign-in', () => {
    expect(refusal('start', '--host', '0.0.0.0')).toMatch(/there is no sign-in yet/)
    expect(parseArguments(['start', '--host', '[::1]'])).toMatchObject({ options: { host: '::1' } })
  })

  it('are not what every object has, and do not take the next flag for their value', () => {
    for (const name of ['constructor', 'toString', '__proto__'])
      expect(refusal('start', name)).toMatch(/is no flag/)
    expect(refusal('start', '--data', '--port', '0')).toBe('--data needs a value.')
  })

  it('give each listener a port of its own', () => {
    expect(refusal('start', '--port', '5000', '--registry-port', '5000')).toBe(
      '--port and --registry-port are both 5000. Give each a port of its own.',
    )
    expect(parseArguments(['start', '--port', '0', '--kafka-port', '0']).is).toBe('start')
  })
})
