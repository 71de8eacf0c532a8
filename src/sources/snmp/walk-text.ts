import type { Oid, SnmpValue } from '#sources/snmp/values.ts'

/** Rows of a recorded walk, in their order. */
export interface WalkText {
  rows: { oid: Oid; value: SnmpValue }[]
  /** Lines that say nothing we know; a walk that was cut has one at its end. */
  unknownLines: number
}

const beginning = /^\.?((?:iso|ccitt|[012])(?:\.\d+)*) = (.*)$/

/** What snmpwalk says where there is nothing. */
const nothing = /^(No Such |No more variables|NULL|""$|$)/

/**
 * The text of `snmpwalk -On`, and of `-Oe`, `-Ob` and the like, as rows. Values that are wrapped over lines are put
 * together; the names of roots may be spelled.
 */
export function parseWalk(text: string): WalkText {
  const walk: WalkText = { rows: [], unknownLines: 0 }
  let open: { oid: Oid; value: string } | undefined
  const close = (): void => {
    if (open === undefined) return
    const value = parseValue(open.value)
    if (value !== undefined) walk.rows.push({ oid: open.oid, value })
    else if (!nothing.test(open.value)) walk.unknownLines += 1
    open = undefined
  }
  for (const line of text.split(/\r?\n/)) {
    const found = open !== undefined && isOpenQuote(open.value) ? null : beginning.exec(line)
    if (found) {
      close()
      open = { oid: toDigits(found[1]!), value: found[2]! }
    } else if (open !== undefined && !line.startsWith('#')) open.value += `\n${line}`
    else if (line.trim() !== '' && !line.startsWith('#')) walk.unknownLines += 1
  }
  close()
  return walk
}

const toDigits = (oid: string): Oid =>
  oid
    .replace(/^\./, '')
    .replace(/^iso/, '1')
    .replace(/^ccitt/, '0')

const isOpenQuote = (value: string): boolean => /^STRING: "(?:[^"\\]|\\[^])*$/.test(value)

const typed = /^([A-Za-z][A-Za-z0-9 -]*): ?([^]*)$/

function parseValue(text: string): SnmpValue | undefined {
  if (/^""\s*$/.test(text)) return Buffer.alloc(0)
  const [, type = '', given = ''] = typed.exec(text) ?? []
  const value = given.trimEnd()
  switch (type.toLowerCase()) {
    case 'string':
      return fromQuoted(given)
    case 'hex-string':
    case 'bits':
    case 'network address':
      return fromHex(value)
    case 'integer':
    case 'gauge32':
    case 'counter32':
    case 'counter64':
    case 'unsigned32':
    case 'uinteger':
    case 'timeticks':
      return fromNumber(value)
    case 'oid':
      return { oid: toDigits(value) }
    case 'ipaddress':
      return { ip: value }
    default:
      return undefined
  }
}

function fromQuoted(text: string): SnmpValue | undefined {
  if (!text.startsWith('"')) return Buffer.from(text.trimEnd(), 'utf8')
  const quoted = /^"((?:[^"\\]|\\[^])*)"\s*$/.exec(text)?.[1]
  // Files keep what agents send as Latin-1 or UTF-8; either way a byte is a byte.
  return quoted === undefined ? undefined : Buffer.from(quoted.replaceAll(/\\([^])/g, '$1'), 'utf8')
}

function fromHex(text: string): SnmpValue | undefined {
  const digits = /^((?:[0-9A-Fa-f]{1,2}(?:[\s:]+|$))+)/.exec(text)?.[1] ?? ''
  const pairs = digits.split(/[\s:]+/).filter((pair) => pair !== '')
  return text !== '' && pairs.length === 0
    ? undefined
    : Buffer.from(pairs.map((pair) => Number.parseInt(pair, 16)))
}

/** `6`, `up(1)`, `(5988) 0:00:59.88`, `100 Mbps`. */
function fromNumber(text: string): number | undefined {
  const digits = /\((-?\d+)\)/.exec(text)?.[1] ?? /^-?\d+/.exec(text)?.[0]
  return digits === undefined ? undefined : Number(digits)
}

/** A row as snmpwalk prints it. */
export function printRow(oid: Oid, value: SnmpValue): string {
  if (typeof value === 'number') return `.${oid} = INTEGER: ${value}`
  if (!Buffer.isBuffer(value))
    return 'oid' in value ? `.${oid} = OID: .${value.oid}` : `.${oid} = IpAddress: ${value.ip}`
  if (value.length === 0) return `.${oid} = ""`
  const text = value.toString('latin1')
  if (/^[\x20-\x7e]+$/.test(text))
    return `.${oid} = STRING: "${text.replaceAll(/["\\]/g, (each) => `\\${each}`)}"`
  return `.${oid} = Hex-STRING: ${value.toString('hex').toUpperCase().match(/../g)!.join(' ')}`
}
