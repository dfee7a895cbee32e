// Prints src/protocol/generated/*.ts from src/protocol/definitions/*.json; needs nothing but Node.
//
// A definition is data: { key, name, versions, flexible, request: [field], response: [field] }.
// A field: name; type (bool int8 int16 int32 int64 int64clamped string bytes uuid, a struct name, or
// []type); fields (of a struct); versions ("3+", "0-2", default all); nullable (versions in which null
// may be sent); tag (a tagged field of a flexible version); default (else the zero of its type; a
// tagged struct is null when absent).
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const root = new URL('../src/protocol/', import.meta.url)
const definitionsUrl = new URL('definitions/', root)
const generatedUrl = new URL('generated/', root)
const primitives = {
  bool: { type: 'boolean', zero: 'false', method: 'bool', size: 1 },
  int8: { type: 'number', zero: '0', method: 'int8', size: 1 },
  int16: { type: 'number', zero: '0', method: 'int16', size: 2 },
  int32: { type: 'number', zero: '0', method: 'int32', size: 4 },
  int64: { type: 'number', zero: '0', method: 'int64', size: 8 },
  int64clamped: { type: 'number', zero: '0', method: 'int64clamped', size: 8 },
  uuid: { type: 'string', zero: 'zeroUuid', method: 'uuid', size: 16 },
  string: { type: 'string', zero: "''", method: 'string', lengthPrefixed: true },
  bytes: { type: 'Uint8Array', zero: 'emptyBytes', method: 'bytes', lengthPrefixed: true },
}
const highest = 32767

function range(text, whole) {
  if (text === undefined) return whole
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(text)
  if (!match) throw new Error(`Not a version range: ${text}`)
  const low = Number(match[1])
  return { low, high: match[2] ? highest : Number(match[3] ?? match[1]) }
}

/** The condition under which `version`, known to lie in `within`, lies in `wanted`; '' if always. */
function condition(wanted, within) {
  const parts = []
  if (wanted.low > within.low) parts.push(`version >= ${wanted.low}`)
  if (wanted.high < within.high) parts.push(`version <= ${wanted.high}`)
  return parts.join(' && ')
}

const capital = (text) => text[0].toUpperCase() + text.slice(1)
const kebab = (text) => text.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()

function describe(field, message, whole) {
  const array = field.type.startsWith('[]')
  const element = array ? field.type.slice(2) : field.type
  const primitive = primitives[element]
  if (!primitive && !field.fields)
    throw new Error(`${message}.${field.name}: no such type ${element}`)
  const versions = range(field.versions, whole)
  const nullable = field.nullable === undefined ? undefined : range(field.nullable, whole)
  const structName = primitive ? undefined : message + element
  const optionalStruct = field.tag !== undefined && structName !== undefined && !array
  const base = primitive ? primitive.type : structName
  return {
    ...field,
    array,
    primitive,
    versions,
    nullableIn: nullable,
    structName,
    optionalStruct,
    tsType: (array ? `${base}[]` : base) + (nullable || optionalStruct ? ' | null' : ''),
    zero: zeroOf(field, array, primitive, optionalStruct),
  }
}

function zeroOf(field, array, primitive, optionalStruct) {
  if (field.default !== undefined) return JSON.stringify(field.default)
  if (optionalStruct) return 'null'
  return array ? '[]' : primitive.zero
}

/** An expression that says whether null may stand on the wire: 'false', 'true' or a condition. */
function nullAllowed(field, within) {
  if (!field.nullableIn) return 'false'
  return condition(field.nullableIn, within) || 'true'
}

function readExpression(field, within) {
  const allowed = nullAllowed(field, within)
  if (field.array) {
    const reader = field.primitive
      ? primitiveElementReader(field.primitive)
      : `read${field.structName}`
    const method = field.nullableIn ? 'nullableArray' : 'array'
    const nullArgument = field.nullableIn ? `, ${allowed}` : ''
    return `r.${method}(flexible, version, ${reader}${nullArgument})`
  }
  if (!field.primitive) return `read${field.structName}(r, version)`
  if (!field.primitive.lengthPrefixed) return `r.${field.primitive.method}()`
  if (!field.nullableIn) return `r.${field.primitive.method}(flexible)`
  return `r.nullable${capital(field.primitive.method)}(flexible, ${allowed})`
}

const flexibleArgument = (primitive) => (primitive.lengthPrefixed ? '(flexible)' : '')
const primitiveElementReader = (primitive) =>
  `element${capital(primitive.method)}${flexibleArgument(primitive)}`

function writeStatement(field, within, value) {
  const allowed = nullAllowed(field, within)
  if (field.array) {
    const writer = field.primitive
      ? `put${capital(field.primitive.method)}${flexibleArgument(field.primitive)}`
      : `write${field.structName}`
    const nullArgument = field.nullableIn ? `, ${allowed}` : ''
    const method = field.nullableIn ? 'nullableArray' : 'array'
    return `w.${method}(${value}, flexible, version, ${writer}${nullArgument})`
  }
  if (!field.primitive) return `write${field.structName}(w, ${value}, version)`
  if (!field.primitive.lengthPrefixed) return `w.${field.primitive.method}(${value})`
  if (!field.nullableIn) return `w.${field.primitive.method}(${value}, flexible)`
  return `w.nullable${capital(field.primitive.method)}(${value}, flexible, ${allowed})`
}

function printStruct(name, fields, message, whole, flexibleIn, exported) {
  const described = fields.map((field) => describe(field, message, whole))
  const nested = described.filter((field) => field.structName)
  const out = nested.map((field) => {
    const within = {
      low: Math.max(field.versions.low, whole.low),
      high: Math.min(field.versions.high, whole.high),
    }
    return printStruct(field.structName, field.fields, message, within, flexibleIn, false)
  })
  out.push(printInterface(name, described, whole), printNew(name, described))
  out.push(printRead(name, described, whole, flexibleIn, exported))
  out.push(printWrite(name, described, whole, flexibleIn, exported))
  return out.join('\n')
}

function printInterface(name, fields, whole) {
  const lines = fields.map((field) => {
    const partial = condition(field.versions, whole)
    const notes = [
      partial &&
        `v${field.versions.low}${field.versions.high === highest ? '+' : `-${field.versions.high}`}`,
    ]
    if (field.tag !== undefined) notes.push(`tag ${field.tag}`)
    const note = notes.filter(Boolean).join(', ')
    return `  ${field.name}: ${field.tsType}${note ? ` // ${note}` : ''}`
  })
  return `export interface ${name} {\n${lines.join('\n')}\n}\n`
}

function printNew(name, fields) {
  const zeros = fields.map((field) => `${field.name}: ${field.zero}`).join(', ')
  return `/** Absent fields get their defaults. */
export function new${name}(fields: Partial<${name}> = {}): ${name} {
  return { ${zeros}, ...fields }
}
`
}

function flexibleLine(whole, flexibleIn) {
  return `  const flexible = ${condition(flexibleIn, whole) || 'true'}`
}

function printRead(name, fields, whole, flexibleIn, exported) {
  const lines = []
  const plain = fields.filter((field) => field.tag === undefined)
  const tagged = fields.filter((field) => field.tag !== undefined)
  for (const field of plain) {
    const when = condition(field.versions, whole)
    const within = {
      low: Math.max(field.versions.low, whole.low),
      high: Math.min(field.versions.high, whole.high),
    }
    const read = readExpression(field, within)
    const annotation = field.array && when ? `: ${field.tsType}` : ''
    lines.push(
      `  const ${field.name}${annotation} = ${when ? `${when} ? ${read} : ${field.zero}` : read}`,
    )
  }
  if (flexibleIn.low <= whole.high) lines.push(...printReadTags(tagged, whole))
  const names = fields.map((field) => field.name).join(', ')
  const needsVersion =
    lines.some((line) => /\bversion\b/.test(line)) || condition(flexibleIn, whole) !== ''
  const flexible = lines.some((line) => /\bflexible\b/.test(line))
    ? [flexibleLine(whole, flexibleIn)]
    : []
  const versionName = needsVersion ? 'version' : '_version'
  return `${exported ? 'export ' : ''}function read${name}(r: Reader, ${versionName}: number): ${name} {
${[...flexible, ...lines].join('\n')}
  return { ${names} }
}
`
}

function printReadTags(tagged, whole) {
  if (tagged.length === 0) return ['  if (flexible) r.skipTags()']
  const lines = tagged.map((field) => `  let ${field.name}: ${field.tsType} = ${field.zero}`)
  lines.push('  if (flexible) {', '    for (let left = r.tagCount(); left > 0; left--) {')
  lines.push(
    '      const tag = r.uvarint()',
    '      const end = r.tagEnd()',
    '      switch (tag) {',
  )
  for (const field of tagged) {
    const when = condition(field.versions, whole)
    const within = { low: Math.max(field.versions.low, whole.low), high: whole.high }
    lines.push(`        case ${field.tag}:`)
    lines.push(
      `          ${when ? `if (${when}) ` : ''}${field.name} = ${readExpression(field, within)}`,
    )
    lines.push('          break')
  }
  lines.push('      }', '      r.skipTo(end)', '    }', '  }')
  return lines
}

function printWrite(name, fields, whole, flexibleIn, exported) {
  const lines = []
  for (const field of fields.filter((field) => field.tag === undefined)) {
    const when = condition(field.versions, whole)
    const within = {
      low: Math.max(field.versions.low, whole.low),
      high: Math.min(field.versions.high, whole.high),
    }
    const write = writeStatement(field, within, `value.${field.name}`)
    lines.push(`  ${when ? `if (${when}) ` : ''}${write}`)
  }
  const tagged = fields.filter((field) => field.tag !== undefined)
  if (flexibleIn.low <= whole.high) {
    if (tagged.length === 0) lines.push('  if (flexible) w.uvarint(0)')
    else lines.push(...printWriteTags(tagged, whole))
  }
  const text = lines.join('\n')
  const flexible = /\bflexible\b/.test(text) ? `${flexibleLine(whole, flexibleIn)}\n` : ''
  const versionName = /\bversion\b/.test(text + flexible) ? 'version' : '_version'
  return `${exported ? 'export ' : ''}function write${name}(w: Writer, value: ${name}, ${versionName}: number): void {
${flexible}${text}
}
`
}

function printWriteTags(tagged, whole) {
  const lines = ['  if (flexible) {', '    const tags: TaggedField[] = []']
  for (const field of tagged) {
    const within = { low: Math.max(field.versions.low, whole.low), high: whole.high }
    const when = condition(field.versions, whole)
    const present = field.array
      ? `value.${field.name}.length > 0`
      : `value.${field.name} !== ${field.zero}`
    const write = writeStatement(field, within, field.name)
    lines.push(`    const ${field.name} = value.${field.name}`)
    lines.push(
      `    if (${[when, present.replace(`value.${field.name}`, field.name)].filter(Boolean).join(' && ')})`,
    )
    lines.push(`      tags.push({ tag: ${field.tag}, write: (w) => ${write} })`)
  }
  lines.push('    w.tags(tags)', '  }')
  return lines
}

function printApi(definition) {
  const { key, name } = definition
  const { low, high } = range(definition.versions)
  const flexibleIn = range(definition.flexible)
  const whole = { low, high }
  const body = ['request', 'response']
    .map((side) => {
      const message = name + capital(side)
      return printStruct(message, definition[side], message, whole, flexibleIn, true)
    })
    .join('\n')
  const support = [
    'elementString',
    'elementInt32',
    'putString',
    'putInt32',
    'emptyBytes',
    'zeroUuid',
  ]
  const used = support.filter((word) => new RegExp(`\\b${word}\\b`).test(body))
  const from = (names) => names.filter((word) => used.includes(word))
  const imports = [
    `import type { Api } from '../api.ts'`,
    from(['emptyBytes']).length ? `import { emptyBytes } from '@millrace/base'` : '',
    from(['zeroUuid']).length ? `import { zeroUuid } from '../uuid.ts'` : '',
    importLine('Reader', from(['elementInt32', 'elementString']), '../reader.ts'),
    importLine(
      /TaggedField/.test(body) ? 'type TaggedField, type Writer' : 'Writer',
      from(['putInt32', 'putString']),
      '../writer.ts',
    ),
  ]
  return `/** ${name} (key ${key}), versions ${low} to ${high}. Generated by scripts/generate-codec.mjs from definitions/${kebab(name)}.json; do not edit. */
${imports.filter(Boolean).join('\n')}

${body}
export const ${name[0].toLowerCase()}${name.slice(1)}: Api<${name}Request, ${name}Response> = {
  key: ${key},
  name: '${name}',
  minVersion: ${low},
  maxVersion: ${high},
  flexibleFrom: ${flexibleIn.low},
  readRequest: read${name}Request,
  writeRequest: write${name}Request,
  readResponse: read${name}Response,
  writeResponse: write${name}Response,
}
`
}

function importLine(types, values, from) {
  if (values.length === 0) return `import type { ${types.replaceAll('type ', '')} } from '${from}'`
  const typed = types.split(', ').map((name) => (name.startsWith('type ') ? name : `type ${name}`))
  return `import { ${[...values, ...typed].join(', ')} } from '${from}'`
}

const definitions = readdirSync(definitionsUrl)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, definitionsUrl), 'utf8')))
  .sort((a, b) => a.key - b.key)
rmSync(generatedUrl, { recursive: true, force: true })
mkdirSync(generatedUrl, { recursive: true })
for (const definition of definitions)
  writeFileSync(new URL(`${kebab(definition.name)}.ts`, generatedUrl), printApi(definition))
const names = definitions.map(
  (definition) => definition.name[0].toLowerCase() + definition.name.slice(1),
)
writeFileSync(
  new URL('index.ts', generatedUrl),
  `/** Every message of the protocol that we speak. Generated by scripts/generate-codec.mjs; do not edit. */
${definitions.map((d) => `export * from './${kebab(d.name)}.ts'`).join('\n')}
${definitions.map((d, i) => `import { ${names[i]} } from './${kebab(d.name)}.ts'`).join('\n')}

/** By name, in the order of their keys. */
export const apis = { ${names.join(', ')} }
`,
)
