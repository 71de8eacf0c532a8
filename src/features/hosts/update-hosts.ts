import { bulkInsert, bulkUpdate, reserveIds } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { ipSortKey, parseIp, primaryAddress } from '#model/ip-address.ts'
import { isRandomMac, isSharedMac, isUnicastMac } from '#model/mac.ts'
import type { Mac } from '#model/mac.ts'
import type { DeviceType, ReportedRecord } from '#model/record.ts'
import { hostTypes } from '#features/hosts/host-shapes.ts'

/** What a host is computed from. */
interface Sight {
  mac: Mac
  system: string
  source: string
  record: ReportedRecord
  device: number | null
  isHeld: boolean
}

/** The hosts that a batch wrote. */
export interface HostOutcome {
  changed: number[]
  /** New ones, with the device each belongs to. */
  added: { id: number; mac: Mac; device: number | null }[]
}

/** Systems whose interfaces are seen on the network; an address list somebody typed is not. */
const seeing = new Set(['dhcp', 'scan', 'local', 'proxmox', 'vcenter', 'snmp', 'tailscale'])

interface Run {
  id: number
  startedAt: string
  source: { system: string }
}

/** Brings the hosts of a batch's MAC addresses up to date, from every record that has them. */
export async function updateHosts(
  transaction: Transaction,
  author: Authorship,
  run: Run,
  contents: readonly { record: ReportedRecord; keys: readonly string[] }[],
): Promise<HostOutcome> {
  if (!seeing.has(run.source.system)) return { changed: [], added: [] }
  const macs = [
    ...new Set(
      contents.flatMap(({ keys }) => keys.flatMap((key) => (/^(mac|nic):/.test(key) ? [key.slice(4)] : []))),
    ),
  ].filter(isUnicastMac)
  if (macs.length === 0) return { changed: [], added: [] }
  const sights = Map.groupBy(await loadSights(transaction, author.engine, macs), (sight) => sight.mac)
  const stored = await transaction
    .selectFrom('hosts')
    .selectAll()
    .where(textsIn(author.engine, 'mac', macs))
    .execute()
  const before = new Map(stored.map((row) => [row.mac, row]))
  const seenAt = seenTimes(contents, run.startedAt)
  const added: ReturnType<typeof hostRow>[] = []
  const changed: (ReturnType<typeof hostRow> & { id: number; version: number })[] = []
  for (const mac of macs) {
    const row = hostRow(mac, sights.get(mac) ?? [], seenAt.get(mac) ?? run.startedAt)
    const known = before.get(mac)
    if (known === undefined) added.push(row)
    else if (isDifferent(known, row)) {
      const hostType = known.host_type_locked ? known.host_type : row.host_type
      changed.push({ ...row, host_type: hostType, id: known.id, version: known.version + 1 })
    }
  }
  const ids = await insertHosts(transaction, author, run, added)
  await bulkUpdate(transaction, author.engine, 'hosts', ['id'], changed)
  return {
    changed: [...changed.map((row) => row.id), ...ids],
    added: added.map((row, index) => ({ id: ids[index]!, mac: row.mac, device: row.device_id })),
  }
}

/** A source may have seen something earlier than it is read. */
function seenTimes(contents: readonly { record: ReportedRecord }[], startedAt: string): Map<Mac, string> {
  const times = new Map<Mac, string>()
  for (const { record } of contents) {
    if (record.kind === 'sighting' && record.mac && record.seenAt && record.seenAt < startedAt)
      times.set(record.mac, record.seenAt)
  }
  return times
}

async function loadSights(transaction: Transaction, engine: Engine, macs: readonly Mac[]): Promise<Sight[]> {
  const rows = await transaction
    .selectFrom('record_native_ids')
    .innerJoin('source_records', 'source_records.id', 'record_native_ids.record_id')
    .leftJoin('device_links', (join) =>
      join.onRef('device_links.record_id', '=', 'source_records.id').on('undone_at', 'is', null),
    )
    .select(['native_id', 'source_system', 'source_identifier', 'normalized', 'device_id', 'missing_run_id'])
    .where(
      textsIn(
        engine,
        'native_id',
        macs.flatMap((mac) => [`mac:${mac}`, `nic:${mac}`]),
      ),
    )
    .orderBy('source_records.id')
    .execute()
  return rows
    .filter((row) => seeing.has(row.source_system))
    .map((row) => ({
      mac: row.native_id.slice(4),
      system: row.source_system,
      source: row.source_identifier,
      record: JSON.parse(row.normalized) as ReportedRecord,
      device: row.device_id,
      isHeld: row.missing_run_id === null,
    }))
}

/** Requirement 000: a lease's name before the hypervisor's before the scan's. */
const namers = ['dhcp', 'local', 'proxmox', 'vcenter', 'tailscale', 'snmp', 'scan']

function hostRow(mac: Mac, sights: readonly Sight[], seenAt: string) {
  const held = sights.filter((sight) => sight.isHeld)
  const believed = (held.length > 0 ? held : [...sights]).toSorted(
    (left, right) => namers.indexOf(left.system) - namers.indexOf(right.system),
  )
  const addresses = [...new Set(believed.flatMap((sight) => addressesOf(sight)))]
  const hostname = believed.map((sight) => nameOf(sight)).find((name) => name !== undefined) ?? null
  const devices = new Set(believed.flatMap((sight) => sight.device ?? []))
  const vendor =
    believed
      .map(({ record }) => (record.kind === 'sighting' ? record.vendor : undefined))
      .find((each) => each !== undefined) ?? null
  const switchPort =
    believed
      .map(({ record }) => (record.kind === 'sighting' ? record.switchPort : undefined))
      .find((each) => each !== undefined) ?? null
  const primary = primaryAddress(addresses)
  const sources = [...new Set(believed.map((sight) => sight.source))].join(',')
  return {
    mac,
    hostname,
    ip_addresses: JSON.stringify(addresses),
    source: sources,
    switch_port: switchPort,
    host_type: hostTypeOf(believed),
    last_seen: seenAt,
    device_id: devices.size === 1 ? [...devices][0]! : null,
    vendor,
    random_mac: isRandomMac(mac),
    shared_mac: isSharedMac(mac),
    search_text: [mac, hostname, vendor, switchPort, ...addresses]
      .filter((each) => each !== null)
      .join(' ')
      .toLowerCase(),
    ip_sort: primary === undefined ? '~' : ipSortKey(primary),
  }
}

function addressesOf({ record, mac }: Sight): string[] {
  if (record.kind === 'sighting') return record.addresses
  if (record.kind === 'volume') return []
  const own = (record.interfaces ?? []).filter((each) => each.mac === mac)
  return own.flatMap((each) => each.addresses ?? []).flatMap((address) => parseIp(address) ?? [])
}

const nameOf = ({ record }: Sight): string | undefined =>
  record.kind === 'sighting' ? record.hostname : record.kind === 'device' ? record.name : undefined

const typeOf: Partial<Record<DeviceType, (typeof hostTypes)[number]>> = {
  server: 'server',
  vm: 'server',
  container: 'server',
  storage: 'server',
  network_device: 'network',
  workstation: 'workstation',
  phone: 'iot',
  iot: 'iot',
}

function hostTypeOf(believed: readonly Sight[]): string {
  for (const { record } of believed) {
    const type =
      record.kind === 'volume' || record.deviceType === undefined ? undefined : typeOf[record.deviceType]
    if (type !== undefined) return type
  }
  return 'unknown'
}

type Stored = Record<
  'hostname' | 'ip_addresses' | 'source' | 'switch_port' | 'host_type' | 'device_id' | 'vendor',
  unknown
> & { host_type_locked: unknown }

/** The time alone is no change: it is brought up to date for all hosts of a run at its end. */
function isDifferent(stored: Stored, row: ReturnType<typeof hostRow>): boolean {
  const addresses = JSON.stringify(JSON.parse(stored.ip_addresses as string))
  return (
    stored.hostname !== row.hostname ||
    addresses !== row.ip_addresses ||
    stored.source !== row.source ||
    stored.switch_port !== row.switch_port ||
    stored.device_id !== row.device_id ||
    stored.vendor !== row.vendor ||
    (!stored.host_type_locked && stored.host_type !== row.host_type)
  )
}

async function insertHosts(
  transaction: Transaction,
  author: Authorship,
  run: Run,
  rows: readonly ReturnType<typeof hostRow>[],
): Promise<number[]> {
  const ids = await reserveIds(transaction, author.engine, 'hosts', rows.length)
  await bulkInsert(
    transaction,
    author.engine,
    'hosts',
    rows.map((row, index) => ({
      id: ids[index]!,
      ...row,
      status: 'pending',
      first_seen: row.last_seen,
      discovery_run_id: run.id,
      netbox_id: null,
      notes: null,
      host_type_locked: false,
      version: 1,
    })),
  )
  return ids
}
