import type { KeaLease } from '#sources/kea/kea-lease.ts'
import { decodeText } from '#sources/lease-text.ts'

/** Where each column stands in a lease file. */
export type Columns = ReadonlyMap<string, number>

const needed = ['address', 'valid_lifetime', 'expire']

/** The columns that a header line names; undefined when the line is no header of a Kea lease file. */
export function parseHeader(line: string): Columns | undefined {
  const columns = new Map(line.split(',').map((name, index) => [name.trim(), index]))
  return needed.every((name) => columns.has(name)) ? columns : undefined
}

/** What tells whether a row holds, cheap to get: most rows of a long file are overridden by later ones. */
export interface RowHead {
  /** One for each address, and each prefix. */
  key: string
  validLifetime: number
  expire: number
  state: number
}

/** The head of a row; numbers that are none are NaN. Undefined when the row has too few fields. */
export function parseRowHead(columns: Columns, line: string): RowHead | undefined {
  const fields = line.split(',')
  const text = (name: string) => fields[columns.get(name) ?? -1] ?? ''
  if (fields.length < widthNeeded(columns)) return undefined
  const type = text('lease_type')
  return {
    key: type === '2' ? `${text('address')}/${text('prefix_len')}` : text('address'),
    validLifetime: Number(text('valid_lifetime')),
    expire: Number(text('expire')),
    state: Number(text('state')),
  }
}

const widthNeeded = (columns: Columns): number => Math.max(...needed.map((name) => columns.get(name)!)) + 1

/**
 * One row of a memfile lease file, IPv4 or IPv6, of any release: read by the header's names. There are no quotes;
 * what would be special is escaped as `&#xHH` (csv_file.cc). Returns a sentence when the row cannot be read.
 */
export function parseRow(columns: Columns, line: string): KeaLease | string {
  const fields = line.split(',')
  const text = (name: string): string => unescapeField(fields[columns.get(name) ?? -1] ?? '')
  if (fields.length < widthNeeded(columns))
    return `it has ${fields.length} fields where the header has ${columns.size}`
  const validLifetime = wholeNumber(text('valid_lifetime'))
  const expire = wholeNumber(text('expire'))
  const state = wholeNumber(text('state') || '0')
  if (validLifetime === undefined || expire === undefined || state === undefined) {
    return 'its lifetime, expiry or state is no number'
  }
  const isPrefix = text('lease_type') === '2'
  return {
    address: text('address'),
    hardwareAddress: text('hwaddr'),
    clientId: text('client_id'),
    duid: text('duid'),
    hostname: text('hostname'),
    state,
    validLifetime,
    expire,
    subnetId: wholeNumber(text('subnet_id')),
    prefixLength: isPrefix ? wholeNumber(text('prefix_len')) : undefined,
    userContext: parseContext(text('user_context')),
  }
}

/** Undefined for what is not all digits; 2^53 is beyond any time Kea writes. */
function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

const unescapeField = (field: string): string =>
  field.includes('&#x')
    ? field.replace(/&#x([0-9a-f]{2})/gi, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      )
    : field

function parseContext(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(decodeText(text))
  } catch {
    return undefined
  }
}
