import { z } from 'zod'
import type { Complaint } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'
import { isSecretName } from '#sources/http-redaction.ts'

/** What a column can be, and the headers it is known by without being told: letters and digits, in any case. */
const knownHeaders = {
  id: ['id', 'deviceid', 'assetid', 'assettag', 'asset', 'uuid'],
  name: ['name', 'hostname', 'host', 'device', 'devicename', 'fqdn'],
  type: ['type', 'devicetype', 'kind', 'category'],
  status: ['status', 'state'],
  address: ['address', 'addresses', 'ip', 'ips', 'ipaddress', 'ipaddresses', 'ipv4', 'primaryip'],
  mac: ['mac', 'macs', 'macaddress', 'macaddresses'],
  serial: ['serial', 'serialnumber', 'serialno', 'sn'],
  vendor: ['vendor', 'manufacturer', 'make', 'brand'],
  model: ['model', 'modelname'],
  os: ['os', 'operatingsystem'],
  site: ['site', 'location'],
  rack: ['rack'],
  owner: ['owner', 'contact', 'responsible'],
} as const

export type Field = keyof typeof knownHeaders
export const fields = Object.keys(knownHeaders) as Field[]

const header = (what: string) => z.string().min(1).optional().describe(`Header of the column with ${what}.`)

/** Which header stands for what; those not given are recognised by their usual names. */
export const columnSettings = z.strictObject({
  id: header('the id that stays when a machine is renamed. Without such a column the name is the id'),
  name: header('the name'),
  type: header('the kind of machine: server, vm, network_device, storage, workstation and so on'),
  status: header('the status: active or inactive'),
  address: header('the address, or several'),
  mac: header('the MAC address, or several'),
  serial: header('the serial number'),
  vendor: header('the maker'),
  model: header('the model'),
  os: header('the operating system'),
  site: header('the site'),
  rack: header('the rack'),
  owner: header('the owner'),
})
export type ColumnSettings = z.output<typeof columnSettings>

/** Where everything stands in a row. */
export interface Columns {
  headers: string[]
  fields: Map<Field, number>
  /** All other columns, kept as facts under their header. */
  facts: Map<string, number>
  /** Columns left out, one sentence each. */
  warnings: string[]
}

const bare = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** Matches the header line with the settings; complaints when a wanted column is not there. */
export function resolveColumns(headers: string[], settings: ColumnSettings): Columns | Complaint[] {
  const byHeader = new Map<string, number>()
  const warnings: string[] = []
  for (const [index, name] of headers.entries()) {
    if (name === '') continue
    if (byHeader.has(bare(name)))
      warnings.push(`Column ${index + 1} "${name}" was left out: its header occurs twice`)
    else byHeader.set(bare(name), index)
  }
  const complaints: Complaint[] = []
  const found = new Map<Field, number>()
  for (const field of fields) {
    const given = settings[field]
    const index = (given === undefined ? knownHeaders[field] : [bare(given)])
      .map((name) => byHeader.get(name))
      .find((each) => each !== undefined)
    if (index !== undefined) found.set(field, index)
    else if (given !== undefined) complaints.push(missingColumn(field, given, headers))
  }
  if (!found.has('name') && !found.has('id') && complaints.length === 0) complaints.push(noName(headers))
  if (complaints.length > 0) return complaints
  return { headers, fields: found, facts: factColumns(headers, byHeader, found, warnings), warnings }
}

/** Passwords do not belong into an inventory, whoever wrote them into the list. */
function factColumns(
  headers: readonly string[],
  byHeader: ReadonlyMap<string, number>,
  found: ReadonlyMap<Field, number>,
  warnings: string[],
): Map<string, number> {
  const taken = new Set(found.values())
  const facts = new Map<string, number>()
  for (const index of byHeader.values()) {
    const name = headers[index]!
    if (taken.has(index)) continue
    if (isSecretName(name))
      warnings.push(`Column ${index + 1} "${name}" was left out: it looks like a secret`)
    else facts.set(name, index)
  }
  return facts
}

function missingColumn(field: Field, given: string, headers: readonly string[]): Complaint {
  const meant = suggest(given, headers)
  return {
    path: `columns.${field}`,
    value: given,
    expected:
      meant === undefined
        ? `one of the headers: ${headers.join(', ')}`
        : `a header of the file, such as "${meant}"`,
  }
}

const noName = (headers: readonly string[]): Complaint => ({
  path: 'columns.name',
  value: headers.join(', '),
  expected: 'a column with the header "name" or "hostname", or the header to use in columns.name',
})
