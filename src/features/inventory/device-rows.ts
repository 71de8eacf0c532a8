import { canonicalJson } from '#kernel/json.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { ipSortKey, parseIp } from '#model/ip-address.ts'
import { below, fieldColumns, metadataOf, vmColumns } from '#features/inventory/device-state.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'

/** How much of a device's text can be found by free words; facts beyond it are found by field. */
const searchLimit = 4_000

const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)

/** The columns of `devices` that a state decides. */
export function deviceColumns(state: DeviceState) {
  const columns = Object.fromEntries(
    Object.entries(fieldColumns).map(([path, column]) => [column, text(state[path])]),
  )
  return {
    ...(columns as Record<(typeof fieldColumns)[keyof typeof fieldColumns], string | null>),
    name: text(state['name']) ?? '',
    device_type: text(state['deviceType']) ?? 'unknown',
    status: text(state['status']) ?? 'unknown',
    metadata: canonicalJson(metadataOf(state)),
    custom: canonicalJson(below(state, 'custom/')),
    ip_sort: sortKey(state['address']),
    name_sort: (text(state['name']) ?? '').toLowerCase(),
    search_text: searchText(state),
  }
}

/** Addresses sort before what has none: `~` comes after every digit. */
const sortKey = (address: Json | undefined): string => {
  const parsed = typeof address === 'string' ? parseIp(address) : undefined
  return parsed === undefined ? '~' : ipSortKey(parsed)
}

/** What is looked for most comes first, so that it is never what is cut off; facts of sources come last. */
const groups = ['tags/', 'custom/', 'interfaces/', 'vm/', 'metadata/']
const place = (path: string): number => groups.findIndex((prefix) => path.startsWith(prefix))

/** Everything that free words can find, lower case, one space between; the same for the same state. */
export function searchText(state: DeviceState): string {
  const words: string[] = []
  const inOrder = Object.entries(state).toSorted(
    ([left], [right]) => place(left) - place(right) || (left < right ? -1 : 1),
  )
  for (const [path, value] of inOrder) {
    if (/^(relationships|records)\//.test(path) || path === 'deviceType' || path === 'status') continue
    if (path.startsWith('interfaces/')) words.push(interfaceWords(value as JsonObject))
    else if (path.startsWith('tags/')) words.push(path.slice('tags/'.length))
    else collect(value, words)
  }
  return [...new Set(words)].join(' ').toLowerCase().slice(0, searchLimit)
}

const interfaceWords = (value: JsonObject): string =>
  [value['mac'], ...(value['addresses'] as string[])].filter((each) => each !== null).join(' ')

function collect(value: Json, words: string[]): void {
  if (typeof value === 'string') words.push(value)
  else if (Array.isArray(value)) for (const item of value) collect(item, words)
  else if (value !== null && typeof value === 'object')
    for (const name of Object.keys(value).sort()) collect(value[name]!, words)
}

/** A row of `network_interfaces`. */
export function interfaceRow(deviceId: number, name: string, value: Json) {
  const each = value as JsonObject
  return {
    device_id: deviceId,
    interface_name: name,
    mac_address: text(each['mac']),
    ip_addresses: JSON.stringify(each['addresses'] ?? []),
    speed_mbps: (each['speedMbps'] as number | null) ?? null,
    status: text(each['status']),
    interface_type: text(each['type']),
    metadata: JSON.stringify(each['metadata'] ?? {}),
  }
}

/** A row of `vms`; undefined for a device that is not one. */
export function vmRow(deviceId: number, state: DeviceState) {
  const vm = below(state, 'vm/')
  if (Object.keys(vm).length === 0) return undefined
  const columns = Object.fromEntries(
    Object.entries(vmColumns).map(([path, column]) => [column, vmValue(path, vm[path] ?? null)]),
  ) as Record<(typeof vmColumns)[keyof typeof vmColumns], never>
  return { device_id: deviceId, ...columns }
}

const vmValue = (path: string, value: Json): Json =>
  ['ipAddresses', 'disks', 'snapshots'].includes(path) ? JSON.stringify(value ?? []) : value

/** A row of `device_addresses`; undefined for text that is no address. */
export function addressRow(deviceId: number, address: string) {
  const parsed = parseIp(address)
  return parsed === undefined
    ? undefined
    : { device_id: deviceId, address: parsed, sort_key: ipSortKey(parsed) }
}
