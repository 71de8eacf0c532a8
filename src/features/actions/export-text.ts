import { exportDevices } from '#features/inventory/export-devices.ts'
import { deviceFilter } from '#features/inventory/device-list-queries.ts'
import type { DevicePosition } from '#features/inventory/device-order-queries.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { listDevices } from '#features/inventory/list-devices.ts'
import type { Call } from '#features/operation.ts'
import type { JsonObject } from '#kernel/json.ts'

export const exportFormats = ['csv', 'jsonl', 'ansible', 'hosts'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** How the file of a format ends. */
export const exportEndings: Readonly<Record<ExportFormat, string>> = {
  csv: 'csv',
  jsonl: 'jsonl',
  ansible: 'json',
  hosts: 'txt',
}

const rowsAtOnce = 500

/** The text of an export, piece by piece; `counted` learns of every device that is in it. */
export function exportText(
  call: Call,
  { format, q }: { format: ExportFormat; q: string | undefined },
  counted: () => void,
  signal: AbortSignal,
): AsyncGenerator<string> {
  switch (format) {
    case 'csv':
      return csv(call, q, counted, signal)
    case 'jsonl':
      return jsonLines(call, q, counted, signal)
    case 'ansible':
      return ansible(call, q, counted, signal)
    case 'hosts':
      return hosts(call, q, counted, signal)
  }
}

async function* devices(call: Call, q: string | undefined, signal: AbortSignal): AsyncGenerator<DeviceItem> {
  const filter = await deviceFilter(call, q)
  let after: DevicePosition | undefined
  do {
    const page = { order: 'name', descending: false, limit: rowsAtOnce, after } as const
    const { devices: rows } = await listDevices(call, filter, page, signal)
    for (const { device } of rows) yield device
    after = rows.length < rowsAtOnce ? undefined : rows.at(-1)!.position
  } while (after !== undefined)
}

async function* csv(call: Call, q: string | undefined, counted: () => void, signal: AbortSignal) {
  let isHead = true
  let isQuoted = false
  for await (const piece of exportDevices(call, { q }, signal)) {
    // A line ends outside of quotes only.
    for (const character of piece) {
      if (character === '"') isQuoted = !isQuoted
      else if (character === '\n' && !isQuoted) {
        if (!isHead) counted()
        isHead = false
      }
    }
    yield piece
  }
}

async function* jsonLines(call: Call, q: string | undefined, counted: () => void, signal: AbortSignal) {
  for await (const device of devices(call, q, signal)) {
    counted()
    yield `${JSON.stringify(device)}\n`
  }
}

/** What a name may be made of as a host of other programs; the rest becomes a dash. */
const hostName = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 200)

/** An inventory for Ansible: every device a host, every tag, type and site a group. */
async function* ansible(call: Call, q: string | undefined, counted: () => void, signal: AbortSignal) {
  const groups = new Map<string, Set<string>>()
  const names = new Set<string>()
  let head = '{"all":{"hosts":{'
  for await (const device of devices(call, q, signal)) {
    counted()
    const plain = hostName(device.name) || `device-${device.id}`
    const name = names.has(plain) ? `${plain}-${device.id}` : plain
    names.add(name)
    for (const group of groupsOf(device)) groups.set(group, (groups.get(group) ?? new Set()).add(name))
    yield `${head}\n${JSON.stringify(name)}:${JSON.stringify(variablesOf(device))}`
    head = ','
  }
  const children = [...groups].map(
    ([group, members]) =>
      `${JSON.stringify(group)}:{"hosts":{${[...members].map((name) => `${JSON.stringify(name)}:{}`).join(',')}}}`,
  )
  yield `${head === ',' ? '' : head}\n},"children":{\n${children.join(',\n')}\n}}}\n`
}

const groupsOf = ({ tags, deviceType, site }: DeviceItem): string[] =>
  [...tags.map((tag) => `tag_${tag}`), `type_${deviceType}`, ...(site === null ? [] : [`site_${site}`])].map(
    (name) => name.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '_'),
  )

/** Values are data of others: what Ansible would take for a template of its own is left out. */
function variablesOf({ id, name, address, os, site, rack, owner }: DeviceItem): JsonObject {
  const facts = Object.entries({ name, os, site, rack, owner }).filter(
    ([, value]) => value !== null && !/\{[{%#]/.test(value),
  )
  return {
    ...(address === null ? {} : { ansible_host: address }),
    rollcall_id: id,
    ...Object.fromEntries(facts.map(([key, value]) => [`rollcall_${key}`, value])),
  }
}

/** Lines of a hosts file; devices without an address have none. */
async function* hosts(call: Call, q: string | undefined, counted: () => void, signal: AbortSignal) {
  for await (const { address, name } of devices(call, q, signal)) {
    const plain = hostName(name)
    if (address === null || plain === '') continue
    counted()
    yield `${address}\t${plain}\n`
  }
}
