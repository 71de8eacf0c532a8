import type { Insertable } from 'kysely'
import type { Database, Schema } from '#database/schema.ts'
import { ipSortKey } from '#model/ip-address.ts'

/** Rows of the tables that queries look into, as plain objects: a naive evaluator reads the same ones. */
export type World = { [Table in (typeof worldTables)[number]]: Insertable<Schema[Table]>[] }

export const worldTables = [
  'devices',
  'device_relationships',
  'vms',
  'network_interfaces',
  'device_addresses',
  'server_facts',
  'tags',
  'device_tags',
  'device_notes',
  'source_records',
  'device_links',
  'hosts',
  'servers',
] as const

export const worldNow = '2026-11-25T12:00:00.000Z'

/** Awkward on purpose: wildcards of LIKE, quotes, capitals beyond ASCII, spaces, text that looks like syntax. */
export const worldTexts = [
  'web-01',
  'Web-02',
  'ÉCOLE',
  'école',
  '100%',
  'a\\b',
  'x*y',
  "o'neil",
  'say "hi"',
  'or',
  'b_1',
  'web front',
  '日本語ホスト',
  '42',
]
export const worldAddresses = [
  '10.0.0.1',
  '10.0.0.200',
  '10.0.1.5',
  '192.168.1.7',
  'fe80::1',
  '2001:db8::7',
  '2001:db8:1:2:3:4:5:6',
  '::1',
  'fd00::',
]
export const worldMacs = ['00:1b:21:3c:4d:5e', '00:1b:21:3c:4d:5f', '52:54:00:aa:bb:cc', 'aa:bb:cc:dd:ee:ff']
/** What machines tell of themselves: text, numbers, flags, lists and what lies deeper. */
const factValues = [
  '8',
  8,
  8.5,
  'True',
  true,
  'prod-1',
  '.5',
  '1.2.3',
  '2026-11-20',
  ['prod-1', 9],
  { total: 8, cores: '16', os: { name: 'prod-1', version: [8, null] } },
  { name: 'Prod-2', 'odd key': false, '0': 'x' },
  [],
]
export const worldTimes = [
  '2026-11-25T11:59:00.000Z',
  '2026-11-24T00:00:00.000Z',
  '2026-11-18T12:00:00.000Z',
  '2026-10-01T08:30:00.000Z',
  '2025-02-28T23:59:59.999Z',
]
export const worldTags = ['prod', 'Legacy', 'é', 'a b']
export const worldJson = [
  {},
  { cluster: 'prod-1', cores: 8, up: true },
  { lab: { cluster: 'PROD-2', cores: '8', memory: 17179869184, boot: '2026-11-20' } },
  {
    lab: { cluster: null, cores: 8.5, up: false, boot: '2026-11-20T10:00:00.000Z' },
    pve: { cluster: ['x', 'prod-1', 3], cores: [] },
  },
  { pve: 'text', lab: ['cluster', 4], cores: { total: 8 }, cluster: 'web front' },
  { lab: { cores: '8.5', up: 'true', os: { name: 'Debian', version: 12 } }, 'odd key': 'x', up: null },
]

/** Numbers that look random and are the same every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** A small inventory in which everything happens: missing values, several values, values shared by many. */
export function makeWorld(seed: number, size = 60): World {
  const next = numbers(seed)
  const pick = <T>(items: readonly T[]): T => items[next(items.length)]!
  const maybe = <T>(make: () => T): T | null => (next(3) === 0 ? null : make())
  const world: World = {
    devices: [],
    device_relationships: [],
    vms: [],
    network_interfaces: [],
    device_addresses: [],
    server_facts: [],
    tags: [],
    device_tags: [],
    device_notes: [],
    source_records: [],
    device_links: [],
    hosts: [],
    servers: [],
  }
  const bookkeeping = { created_at: pick(worldTimes), updated_at: pick(worldTimes) }
  worldTags.forEach((name, index) =>
    world.tags.push({ id: index + 1, name, type: 'user', created_at: worldNow, version: 1 }),
  )

  for (let id = 1; id <= size; id += 1) {
    const name = pick(worldTexts)
    world.devices.push({
      id,
      name,
      name_sort: name.toLowerCase(),
      device_type: pick(['server', 'vm', 'network_device', 'cluster', 'unknown']),
      source_system: pick(['proxmox', 'manual']),
      source_identifier: pick(['Lab', 'manual']),
      source_id: String(id),
      status: pick(['active', 'inactive', 'unknown']),
      metadata: JSON.stringify(pick(worldJson)),
      custom: JSON.stringify(pick(worldJson)),
      first_seen: pick(worldTimes),
      last_seen: pick(worldTimes),
      created_at: pick(worldTimes),
      updated_at: pick(worldTimes),
      ip_sort: '',
      serial: maybe(() => pick(['ABC123', 'abc123', 'x_9'])),
      vendor: maybe(() => pick(['Dell Inc.', 'HPE', 'ÉCOLE', ''])),
      model: maybe(() => pick(worldTexts)),
      os: maybe(() => pick(['Debian 12', 'debian', 'RouterOS 7'])),
      driver: maybe(() => pick(worldTexts)),
      site: maybe(() => pick(worldTexts)),
      rack: maybe(() => pick(['A1', 'a2', ''])),
      owner: maybe(() => pick(worldTexts)),
      search_text: `${name} ${pick(worldAddresses)} ${pick(worldMacs)} ${pick(worldTexts)}`.toLowerCase(),
      version: 1,
      retired_at: next(6) === 0 ? worldNow : null,
    })
    if (next(2) === 0) addVm(id)
    for (let count = next(3); count > 0; count -= 1) addInterface(id, `eth${count}`)
    for (const address of new Set([pick(worldAddresses), pick(worldAddresses)]).values()) {
      if (next(3) > 0) world.device_addresses.push({ device_id: id, address, sort_key: ipSortKey(address) })
    }
    for (const tag of [1, 2, 3, 4])
      if (next(4) === 0) world.device_tags.push({ device_id: id, tag_id: tag, created_at: worldNow })
    if (next(3) === 0)
      world.device_notes.push({
        device_id: id,
        body: `See ${pick(worldTexts)} first`,
        author: 'ada',
        version: 1,
        ...bookkeeping,
      })
    if (next(3) === 0)
      world.server_facts.push({
        source_system: 'puppet',
        source_identifier: 'lab',
        source_id: String(id),
        volatile: false,
        device_id: id,
        fact_name: pick(['cores', 'cluster', 'lab.up', 'up', 'boot', 'os', 'lab']),
        fact_value: maybe(() => JSON.stringify(pick(factValues))),
        collected_at: worldNow,
      })
    if (next(2) === 0) addRecord(id)
    if (next(2) === 0) addHost(id)
    if (next(2) === 0) addServer(id)
  }
  const pairs = new Set<string>()
  for (let count = 0; count < size; count += 1) {
    const [parent, child, type] = [1 + next(size), 1 + next(size), pick(['hosts', 'connects_to'])]
    if (parent === child || pairs.has(`${parent} ${child} ${type}`)) continue
    pairs.add(`${parent} ${child} ${type}`)
    world.device_relationships.push({
      parent_device_id: parent,
      child_device_id: child,
      relationship_type: type,
      metadata: '{}',
      source_system: 'x',
      source_identifier: 'x',
      ...bookkeeping,
    })
  }
  return world

  function addVm(id: number): void {
    world.vms.push({
      device_id: id,
      instance_uuid: maybe(() => pick(['4C4C4544-0001', '4c4c4544-0002'])),
      guest_os: maybe(() => pick(['debian12_64Guest', 'windows'])),
      cpu_count: maybe(() => pick([1, 2, 4, 8])),
      memory_mb: maybe(() => pick([512, 1536, 16384, 16385])),
      power_state: maybe(() => pick(['POWERED_ON', 'POWERED_OFF', 'SUSPENDED'])),
      tools_running: maybe(() => next(2) === 0),
      ip_addresses: '[]',
      disks: '[]',
      snapshots: '[]',
      total_disk_capacity_bytes: maybe(() => pick([0, 1024 ** 3, 5 * 1024 ** 4])),
      total_snapshot_size_bytes: maybe(() => pick([0, 1024 ** 3])),
    })
  }

  function addInterface(id: number, name: string): void {
    world.network_interfaces.push({
      device_id: id,
      interface_name: name,
      mac_address: maybe(() => pick(worldMacs)),
      ip_addresses: JSON.stringify(next(2) === 0 ? [] : [`${pick(worldAddresses)}/24`, pick(worldAddresses)]),
      speed_mbps: maybe(() => pick([100, 1000, 10000])),
      status: maybe(() => pick(['up', 'down'])),
      interface_type: maybe(() => pick(['physical', 'virtual'])),
      metadata: '{}',
    })
  }

  function addRecord(id: number): void {
    world.source_records.push({
      id,
      source_system: pick(['vcenter', 'dhcp']),
      source_identifier: pick(['lab', 'Office-Leases']),
      source_id: String(id),
      kind: 'device',
      content_hash: '',
      normalized: '{}',
      first_run_id: 1,
      changed_run_id: 1,
    })
    world.device_links.push({
      record_id: id,
      device_id: id,
      evidence: '{}',
      score: 1,
      decided_by: 'x',
      decided_at: worldNow,
      undone_at: next(3) === 0 ? worldNow : null,
    })
  }

  function addServer(id: number): void {
    const name = pick(worldTexts)
    world.servers.push({
      id: `srv-${String(id).padStart(3, '0')}`,
      hostname: name,
      display_name: null,
      name_sort: name.toLowerCase(),
      ip_address: maybe(() => pick(worldAddresses)),
      status: pick(['online', 'offline', 'unknown']),
      condition: maybe(() => pick(['stale', 'paused', 'asleep'])),
      os_distribution: maybe(() => pick(['Debian 12', 'ÉCOLE', 'debian'])),
      os_version: maybe(() => pick(['12', 'prod-1'])),
      kernel_version: maybe(() => pick(['6.1.0', 'x*y'])),
      architecture: maybe(() => pick(['x86_64', 'aarch64'])),
      tdp_watts: null,
      device_id: maybe(() => 1 + next(id)),
      last_seen: maybe(() => pick(worldTimes)),
      machine_type: pick(['server', 'workstation']),
      paused_at: maybe(() => pick(worldTimes)),
      agent_version: maybe(() => pick(['1.2.3', '42'])),
      search_text: `${name} ${pick(worldAddresses)} ${pick(worldTexts)}`.toLowerCase(),
      ...bookkeeping,
    })
  }

  function addHost(id: number): void {
    world.hosts.push({
      id,
      mac: `${pick(['00:1b:21', '52:54:00', 'aa:bb:cc'])}:00:00:${id.toString(16).padStart(2, '0')}`,
      hostname: maybe(() => pick(worldTexts)),
      ip_addresses: JSON.stringify(Array.from({ length: next(3) }, () => pick(worldAddresses))),
      source: pick(['lan', 'Leases', 'lab,Leases', 'Office-Leases,lab,lan']),
      switch_port: maybe(() => pick(['core-sw-1 Gi1/0/4', 'core-sw-2 Gi1/0/40'])),
      status: pick(['pending', 'approved', 'rejected', 'pushed']),
      host_type: pick(['server', 'iot', 'network', 'unknown']),
      first_seen: pick(worldTimes),
      last_seen: pick(worldTimes),
      netbox_id: maybe(() => pick([1, 2])),
      notes: maybe(() => `Ask ${pick(worldTexts)}`),
      device_id: maybe(() => 1 + next(id)),
      vendor: maybe(() => pick(['Intel', 'Dell Inc.'])),
      random_mac: next(2) === 0,
      shared_mac: next(3) === 0,
      host_type_locked: false,
      search_text: `${pick(worldTexts)} ${pick(worldAddresses)} ${pick(worldMacs)}`.toLowerCase(),
      ip_sort: '',
      version: 1,
    })
  }
}

/** Writes a world into an empty database. */
export async function fillWorld(db: Database, world: World): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const table of worldTables) {
      for (const row of world[table])
        await transaction
          .insertInto(table)
          .values(row as never)
          .execute()
    }
  })
}
