import type { Condition, JsonTest, Test } from '#query/condition.ts'
import type { Field } from '#query/field.ts'
import { findField, subjects } from '#query/subjects.ts'
import { asciiLower, patternExpression } from '#query/text-pattern.ts'
import { parseIp, ipSortKey } from '#model/ip-address.ts'
import type { World } from '#test/query-world.ts'

type Row = Record<string, unknown>
type Values = (row: Row, world: World) => unknown[]

const own =
  (column: string): Values =>
  (row) => [row[column]]
const ofDevice =
  (
    table: 'vms' | 'network_interfaces' | 'device_addresses' | 'device_notes' | 'hosts',
    column: string,
  ): Values =>
  (row, world) =>
    (world[table] as unknown as Row[]).filter((each) => each.device_id === row.id).map((each) => each[column])

const bareAddresses: Values = (row) =>
  (JSON.parse(row.ip_addresses as string) as string[]).map((address) => parseIp(address)!)

const linked =
  (column: 'source_identifier' | 'source_system'): Values =>
  (row, world) => [
    row[column],
    ...world.device_links
      .filter((link) => link.device_id === row.id && link.undone_at === null)
      .flatMap((link) =>
        world.source_records.filter((record) => record.id === link.record_id).map((record) => record[column]),
      ),
  ]

const parents = (id: unknown, world: World): unknown[] =>
  world.device_relationships
    .filter((each) => each.child_device_id === id)
    .map((each) => each.parent_device_id)

const deviceOf = (id: unknown, world: World) => world.devices.find((device) => device.id === id)

const cluster: Values = (row, world) => {
  const above = [row.id].flatMap((id) => parents(id, world))
  const names = [...above, ...above.flatMap((id) => parents(id, world))]
    .map((id) => deviceOf(id, world)!)
    .filter((device) => device.device_type === 'cluster')
    .map((device) => device.name)
  const metadata = JSON.parse(row.metadata as string) as unknown
  const facts = [metadata, ...Object.values(metadata as object)].flatMap((base) => itemsAt(base, ['cluster']))
  return [...names, ...facts.filter((fact) => typeof fact === 'string')]
}

/** What a server has of the device that it is. */
const ofItsDevice =
  (field: string): Values =>
  (row, world) => {
    const device = deviceOf(row.device_id, world)
    return device ? values['device']![field]!(device as Row, world) : []
  }

/** Written down a second time, apart from the field tables, so that a wrong column there is found. */
const values: Record<string, Record<string, Values>> = {
  device: {
    name: own('name'),
    type: own('device_type'),
    status: own('status'),
    id: own('id'),
    serial: own('serial'),
    tag: (row, world) =>
      world.device_tags
        .filter((each) => each.device_id === row.id)
        .map((each) => world.tags[each.tag_id - 1]!.name),
    note: ofDevice('device_notes', 'body'),
    ip: ofDevice('device_addresses', 'address'),
    mac: (row, world) => [
      ...ofDevice('network_interfaces', 'mac_address')(row, world),
      ...ofDevice('hosts', 'mac')(row, world),
    ],
    vendor: own('vendor'),
    model: own('model'),
    os: own('os'),
    site: own('site'),
    rack: own('rack'),
    owner: own('owner'),
    driver: own('driver'),
    source: linked('source_identifier'),
    system: linked('source_system'),
    cluster,
    seen: own('last_seen'),
    first: own('first_seen'),
    created: own('created_at'),
    updated: own('updated_at'),
    power: ofDevice('vms', 'power_state'),
    memory: ofDevice('vms', 'memory_mb'),
    cpu: ofDevice('vms', 'cpu_count'),
    disk: ofDevice('vms', 'total_disk_capacity_bytes'),
    snapshot: ofDevice('vms', 'total_snapshot_size_bytes'),
    guest: ofDevice('vms', 'guest_os'),
    uuid: ofDevice('vms', 'instance_uuid'),
  },
  host: {
    mac: own('mac'),
    name: own('hostname'),
    ip: bareAddresses,
    status: own('status'),
    type: own('host_type'),
    vendor: own('vendor'),
    source: (row) => (row.source as string).split(','),
    port: own('switch_port'),
    seen: own('last_seen'),
    first: own('first_seen'),
    random: own('random_mac'),
    shared: own('shared_mac'),
    netbox: own('netbox_id'),
    notes: own('notes'),
    id: own('id'),
  },
  server: {
    id: own('id'),
    name: (row) => [row.name_sort, row.id],
    hostname: own('hostname'),
    status: own('status'),
    condition: own('condition'),
    os: (row) => [row.os_distribution, row.os_version],
    kernel: own('kernel_version'),
    arch: own('architecture'),
    ip: own('ip_address'),
    seen: own('last_seen'),
    created: own('created_at'),
    type: own('machine_type'),
    agent: own('agent_version'),
    paused: (row) => [row.paused_at !== null],
    tag: ofItsDevice('tag'),
    site: ofItsDevice('site'),
    rack: ofItsDevice('rack'),
    owner: ofItsDevice('owner'),
  },
  interface: {
    name: own('interface_name'),
    mac: own('mac_address'),
    ip: bareAddresses,
    status: own('status'),
    type: own('interface_type'),
    speed: own('speed_mbps'),
  },
}

const relations: Record<string, (row: Row, world: World) => unknown[]> = {
  parent: (row, world) => parents(row.id, world).map((id) => deviceOf(id, world)),
  child: (row, world) =>
    world.device_relationships
      .filter((each) => each.parent_device_id === row.id)
      .map((each) => deviceOf(each.child_device_id, world)),
  host: (row, world) => world.hosts.filter((host) => host.device_id === row.id),
  interface: (row, world) => world.network_interfaces.filter((each) => each.device_id === row.id),
  device: (row, world) => world.devices.filter((device) => device.id === row.device_id),
  server: (row, world) => world.servers.filter((server) => server.device_id === row.id),
}

/** Whether a row meets a condition, found by looking at every value there is. */
export function meets(condition: Condition, subject: string, row: Row, world: World): boolean {
  switch (condition.is) {
    case 'all':
      return true
    case 'none':
      return false
    case 'and':
      return condition.items.every((item) => meets(item, subject, row, world))
    case 'or':
      return condition.items.some((item) => meets(item, subject, row, world))
    case 'not':
      return !meets(condition.item, subject, row, world)
    case 'word':
      return patternExpression([{ wild: '*' }, ...condition.pieces, { wild: '*' }]).test(
        row.search_text as string,
      )
    case 'some':
      return valuesOf(condition.field, condition.test, subject, row, world).some(
        (value) => value !== null && value !== undefined && passes(condition.test, value, condition.field),
      )
    case 'json':
      return jsonPasses(condition.test, jsonValues(condition.field, row, world))
    case 'related': {
      const { name, to } = condition.relation
      return relations[name]!(row, world).some((other) => meets(condition.item, to, other as Row, world))
    }
  }
}

function valuesOf(field: Field, test: Test, subject: string, row: Row, world: World): unknown[] {
  // The one choice that stands in another column.
  if (field.name === 'status' && field.type === 'text' && test.is === 'present') return [row.retired_at]
  return values[subject]![field.name]!(row, world)
}

const inSmallLetters = new Set([
  ...['name', 'cluster'].map((name) => findField(subjects.device, name)),
  ...['name', 'id'].map((name) => findField(subjects.server, name)),
])

/** Device names are stored in small letters of every alphabet; other text is compared with A to Z folded. */
function foldFor(field: Field): (value: unknown) => unknown {
  if (field.type !== 'text' && field.type !== 'tags') return (value) => value
  const lower = inSmallLetters.has(field) ? (text: string) => text.toLowerCase() : asciiLower
  return (value) => (typeof value === 'string' ? lower(value) : value)
}

function passes(test: Test, raw: unknown, field: Field): boolean {
  const fold = foldFor(field)
  const value = field.type === 'address' && test.is === 'between' ? ipSortKey(raw as string) : fold(raw)
  switch (test.is) {
    case 'present':
      return value !== ''
    case 'equal':
      if (field.places[0]!.fold === 'spelling') {
        return test.values.some((each) =>
          [each, String(each).toUpperCase(), String(each).toLowerCase()].includes(raw as string),
        )
      }
      return test.values.some((each) => fold(each) === value)
    case 'like':
      return caseSensitive(
        test.pieces.map((piece) => ('literal' in piece ? { literal: String(fold(piece.literal)) } : piece)),
      ).test(String(field.places[0]!.fold === 'spelling' ? asciiLower(String(raw)) : value))
    case 'between':
      return isBetween(test, value as string, fold)
  }
}

const caseSensitive = (pieces: Parameters<typeof patternExpression>[0]): RegExp =>
  new RegExp(patternExpression(pieces).source, 'su')

function isBetween(
  { low, high }: Test & { is: 'between' },
  value: string | number,
  fold: (value: unknown) => unknown,
): boolean {
  const compare = (bound: string | number) => order(value, fold(bound) as string | number)
  if (low && !(low.inclusive ? compare(low.value) >= 0 : compare(low.value) > 0)) return false
  return !high || (high.inclusive ? compare(high.value) <= 0 : compare(high.value) < 0)
}

/** Numbers as numbers, text by its bytes. */
const order = (left: string | number, right: string | number): number =>
  typeof left === 'number'
    ? left - Number(right)
    : Buffer.compare(Buffer.from(left), Buffer.from(String(right)))

/** What stands at a path below a base; an array stands for its items, an object for nothing. */
function itemsAt(base: unknown, path: readonly string[]): unknown[] {
  const found = at(base, path)
  if (Array.isArray(found)) return found
  return found === null || found === undefined || typeof found === 'object' ? [] : [found]
}

const at = (base: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    base,
  )

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How a path may lead into a fact: by its name, or by its source and its name. */
function pathsInto(
  fact: { fact_name: string; source_identifier: string },
  path: readonly string[],
): (readonly string[])[] {
  const ways: (readonly string[])[] = []
  for (let length = 1; length <= path.length; length += 1) {
    if (path.slice(0, length).join('.') === fact.fact_name) ways.push(path.slice(length))
    const isSource = path[0] === fact.source_identifier
    if (isSource && length > 1 && path.slice(1, length).join('.') === fact.fact_name)
      ways.push(path.slice(length))
  }
  return ways
}

interface JsonValues {
  present: boolean
  items: unknown[]
}

function jsonValues(field: Field & { type: 'json' }, row: Row, world: World): JsonValues {
  const found: JsonValues = { present: false, items: [] }
  for (const each of field.columns) {
    if (each.is === 'facts') {
      for (const fact of world.server_facts) {
        if (fact.device_id !== row.id || fact.fact_value === null) continue
        const value = JSON.parse(fact.fact_value!) as unknown
        for (const inside of pathsInto(fact, field.path)) {
          found.present ||= (at(value, inside) ?? null) !== null
          found.items.push(...itemsAt(value, inside))
        }
      }
      continue
    }
    const json = JSON.parse(row[each.name] as string) as object
    for (const base of each.is === 'column' ? [json] : Object.values(json)) {
      found.present ||= (at(base, field.path) ?? null) !== null
      found.items.push(...itemsAt(base, field.path))
    }
  }
  return found
}

const textField = { type: 'text', name: 'json', summary: '', places: [{ fold: 'lower' }] } as unknown as Field

function jsonPasses(test: JsonTest, { present, items }: JsonValues): boolean {
  if (test.present) return present
  return items.some((item) => {
    if (typeof item === 'string') {
      if (test.text && passes(test.text, item, textField)) return true
      return (
        test.number !== undefined &&
        /^\d+(\.\d+)?$/.test(item) &&
        item.length <= 15 &&
        passes(test.number, Number(item), numberField)
      )
    }
    if (typeof item === 'number') return test.number !== undefined && passes(test.number, item, numberField)
    return typeof item === 'boolean' && test.flag === item
  })
}

const numberField = {
  type: 'number',
  name: 'json',
  summary: '',
  places: [{ fold: 'exact' }],
} as unknown as Field
