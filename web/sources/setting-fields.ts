/** The part of JSON Schema that settings use. */
export interface Schema {
  type?: string | string[]
  title?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  items?: Schema
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  required?: string[]
  secret?: boolean
  path?: boolean
  format?: string
  minimum?: number
  maximum?: number
}

/** One input of a form, or a group of them. */
export interface SettingField {
  /** Where its value is: `tls.ca`. */
  path: string
  label: string
  help: string | undefined
  required: boolean
  kind:
    | 'text'
    | 'lines'
    | 'secret'
    | 'number'
    | 'boolean'
    | 'choice'
    | 'choices'
    | 'list'
    | 'numbers'
    /** Names with a text each. */
    | 'pairs'
    /** A text, a number or a word such as true, whichever is typed. */
    | 'scalar'
    | 'group'
  /** What there is to choose; of a scalar, what it may be. */
  options: string[]
  default: unknown
  /** What is the same nearly everywhere, and stands behind a fold. */
  rare: boolean
  /** Takes the whole width: long texts and lists. */
  wide: boolean
  /** The inputs of a group. */
  fields: SettingField[]
}

const words: Record<string, string> = {
  url: 'URL',
  tls: 'TLS',
  ca: 'certificate authority',
  dns: 'DNS',
  ipv6: 'IPv6',
  ip: 'IP',
  id: 'ID',
  api: 'API',
  mac: 'MAC',
  os: 'OS',
  snmp: 'SNMP',
  json: 'JSON',
  oid: 'OID',
}

/** `timeoutSeconds` as people read it: `Timeout seconds`. */
export function labelOf(key: string): string {
  const spoken = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[ _-]/)
    .map((word) => words[word.toLowerCase()] ?? word.toLowerCase())
    .join(' ')
  return spoken.charAt(0).toUpperCase() + spoken.slice(1)
}

function kindOf(schema: Schema): SettingField['kind'] {
  if (schema.secret) return 'secret'
  if (schema.properties) return 'group'
  if (typeof schema.additionalProperties === 'object') return 'pairs'
  if (schema.enum) return 'choice'
  if (Array.isArray(schema.type)) return 'scalar'
  if (schema.type === 'boolean') return 'boolean'
  if (schema.type === 'number' || schema.type === 'integer') return 'number'
  if (schema.type === 'array') {
    if (schema.items?.enum) return 'choices'
    return schema.items?.type === 'integer' || schema.items?.type === 'number' ? 'numbers' : 'list'
  }
  return /\bPEM\b/.test(schema.description ?? '') ? 'lines' : 'text'
}

const alwaysRare = new Set(['record', 'replay'])

function isRare(key: string, schema: Schema, kind: SettingField['kind'], required: boolean): boolean {
  if (required) return false
  return alwaysRare.has(key) || kind === 'group' || kind === 'number' || kind === 'numbers'
}

function fieldOf(key: string, schema: Schema, parent: string, required: boolean): SettingField {
  const kind = kindOf(schema)
  const path = parent ? `${parent}.${key}` : key
  return {
    path,
    label: schema.title ?? labelOf(key),
    help: schema.description,
    required,
    kind,
    options:
      kind === 'scalar' ? [schema.type!].flat() : (schema.enum ?? schema.items?.enum ?? []).map(String),
    default: schema.default,
    rare: isRare(key, schema, kind, required),
    wide:
      kind === 'group' || kind === 'lines' || kind === 'list' || kind === 'pairs' || schema.format === 'uri',
    fields: kind === 'group' ? fieldsOf(schema, path) : [],
  }
}

/** The inputs of a source type, in the order of its schema. */
export const fieldsOf = (schema: Schema, parent = ''): SettingField[] =>
  Object.entries(schema.properties ?? {}).map(([key, child]) =>
    fieldOf(key, child, parent, schema.required?.includes(key) ?? false),
  )

/** Fields and those of their groups, in one list. */
export const leavesOf = (fields: readonly SettingField[]): SettingField[] =>
  fields.flatMap((field) => (field.kind === 'group' ? leavesOf(field.fields) : [field]))
