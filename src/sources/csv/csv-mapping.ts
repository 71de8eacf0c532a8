import type { JsonObject } from '#kernel/json.ts'
import { parseIp, primaryAddress } from '#model/ip-address.ts'
import { isUnicastMac, parseMac } from '#model/mac.ts'
import {
  deviceTypes,
  type DeviceStatus,
  type DeviceType,
  type ReportedDevice,
  type ReportedInterface,
} from '#model/record.ts'
import type { Columns, Field } from '#sources/csv/csv-columns.ts'
import type { CsvRow } from '#sources/csv/csv-rows.ts'

/** What a row became. Complaints name the line and the column; a row without a device was left out. */
export interface MappedRow {
  device?: ReportedDevice
  complaints: string[]
}

/** Turns rows of one file into devices. Pure. */
export function toDevice(row: CsvRow, columns: Columns, defaultType: DeviceType): MappedRow {
  const reader = new CellReader(row, columns)
  if (
    row.cells.length > columns.headers.length &&
    row.cells.slice(columns.headers.length).some((cell) => cell !== '')
  ) {
    return {
      complaints: [
        `Line ${row.line} was left out: it has ${row.cells.length} cells, the header ${columns.headers.length}`,
      ],
    }
  }
  const name = reader.text('name') ?? reader.text('id')
  if (name === undefined) return { complaints: [`Line ${row.line} was left out: it has no name`] }
  const addresses = reader.list('address', 'an IP address', parseAddress)
  const macs = reader.list('mac', 'the MAC address of a card', parseCardMac)
  const address = primaryAddress(addresses.map((each) => each.split('/')[0]!))
  const interfaces = toInterfaces(macs, addresses)
  const facts = reader.facts()
  const device: ReportedDevice = {
    kind: 'device',
    sourceId: reader.text('id') ?? name,
    name,
    deviceType: reader.word('type', deviceTypes.join(', '), parseType, facts) ?? defaultType,
    ...optional('status', reader.word('status', 'active or inactive', parseStatus, facts)),
    ...optional('address', address),
    ...optional('serial', reader.text('serial')),
    ...optional('vendor', reader.text('vendor')),
    ...optional('model', reader.text('model')),
    ...optional('os', reader.text('os')),
    ...(interfaces.length === 0 ? {} : { interfaces }),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
  }
  return { device, complaints: reader.complaints }
}

const optional = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [Each in Key]?: Value }

class CellReader {
  readonly complaints: string[] = []
  readonly #row: CsvRow
  readonly #columns: Columns

  constructor(row: CsvRow, columns: Columns) {
    this.#row = row
    this.#columns = columns
    for (const [index, cell] of row.cells.entries()) {
      if (cell.includes('\uFFFD'))
        this.#complain(index, "holds bytes that are not of the file's encoding; set encoding")
    }
  }

  text(field: Field): string | undefined {
    return this.#cell(this.#columns.fields.get(field))
  }

  #cell(index: number | undefined): string | undefined {
    const cell = index === undefined ? undefined : this.#row.cells[index]
    return cell === '' ? undefined : cell
  }

  /** Several values in one cell stand apart by space, comma, semicolon or bar; what is none is left out. */
  list(field: Field, expected: string, parse: (text: string) => string | undefined): string[] {
    const parts = (this.text(field) ?? '').split(/[\s,;|]+/).filter((part) => part !== '')
    const values = parts.flatMap((part) => {
      const value = parse(part)
      if (value === undefined)
        this.#complain(this.#columns.fields.get(field)!, `"${part}" is not ${expected}`)
      return value ?? []
    })
    return [...new Set(values)]
  }

  /** One of some words; another word is kept as a fact. */
  word<Word>(
    field: Field,
    expected: string,
    parse: (text: string) => Word | undefined,
    facts: JsonObject,
  ): Word | undefined {
    const text = this.text(field)
    if (text === undefined) return undefined
    const word = parse(text.toLowerCase().replace(/[\s_-]+/g, '_'))
    if (word !== undefined) return word
    facts[field] = text
    this.#complain(this.#columns.fields.get(field)!, `"${text}" is not one of ${expected}`)
    return undefined
  }

  facts(): JsonObject {
    const facts: JsonObject = {}
    for (const field of ['site', 'rack', 'owner'] as const) {
      const text = this.text(field)
      if (text !== undefined) facts[field] = text
    }
    for (const [name, index] of this.#columns.facts) {
      const text = this.#cell(index)
      if (text !== undefined) facts[name] = text
    }
    return facts
  }

  #complain(index: number, sentence: string): void {
    const header = this.#columns.headers[index] ?? ''
    this.complaints.push(`Line ${this.#row.line}, column ${index + 1} "${header}": ${sentence}`)
  }
}

/** Canonical, with its prefix length where one is given. */
function parseAddress(text: string): string | undefined {
  const [host, length, ...more] = text.split('/')
  const address = parseIp(host!)
  if (address === undefined || more.length > 0) return undefined
  if (length === undefined) return address
  const most = address.includes(':') ? 128 : 32
  return /^\d{1,3}$/.test(length) && Number(length) <= most ? `${address}/${Number(length)}` : undefined
}

function parseCardMac(text: string): string | undefined {
  const mac = parseMac(text)
  return mac !== undefined && isUnicastMac(mac) ? mac : undefined
}

/** A list does not tell which address is on which card: all stand on the first. */
function toInterfaces(macs: readonly string[], addresses: string[]): ReportedInterface[] {
  const first = { name: 'net0', ...(addresses.length === 0 ? {} : { addresses }) }
  if (macs.length === 0) return addresses.length === 0 ? [] : [first]
  return macs.map((mac, index) => (index === 0 ? { ...first, mac } : { name: `net${index}`, mac }))
}

const typeWords: Record<string, DeviceType> = {
  host: 'server',
  hypervisor: 'server',
  virtual_machine: 'vm',
  network: 'network_device',
  switch: 'network_device',
  router: 'network_device',
  firewall: 'network_device',
  access_point: 'network_device',
  ap: 'network_device',
  nas: 'storage',
  san: 'storage',
  lxc: 'container',
  desktop: 'workstation',
  laptop: 'workstation',
  notebook: 'workstation',
  pc: 'workstation',
  smartphone: 'phone',
  camera: 'iot',
  printer: 'iot',
  sensor: 'iot',
}

const parseType = (word: string): DeviceType | undefined =>
  deviceTypes.find((type) => type === word) ?? typeWords[word]

const statusWords: Record<string, DeviceStatus> = {
  active: 'active',
  online: 'active',
  up: 'active',
  live: 'active',
  in_use: 'active',
  production: 'active',
  inactive: 'inactive',
  offline: 'inactive',
  down: 'inactive',
  spare: 'inactive',
  retired: 'inactive',
  decommissioned: 'inactive',
  unknown: 'unknown',
}

const parseStatus = (word: string): DeviceStatus | undefined => statusWords[word]
