import { bulkInsert, bulkUpdate, reserveIds } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { hostFacts, isSeeing } from '#features/hosts/host-facts.ts'
import type { HostFacts, Sight } from '#features/hosts/host-facts.ts'
import { loadSights, macsOfRecords } from '#features/hosts/sight-queries.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { isUnicastMac } from '#model/mac.ts'
import type { Mac } from '#model/mac.ts'
import type { ReportedRecord } from '#model/record.ts'

/** The hosts that a batch wrote. */
export interface HostOutcome {
  changed: number[]
  added: AddedHost[]
}

/** A new host, with the device it belongs to. */
export interface AddedHost {
  id: number
  mac: Mac
  device: number | null
  /** Another record told of the MAC before: it is news on the network, not on the device. */
  isKnownMac: boolean
}

interface Run {
  id: number
  startedAt: string
  source: { system: string }
}

interface Content {
  record: ReportedRecord
  keys: readonly string[]
}

/**
 * Brings the hosts of a batch's MAC addresses, and those of the devices that it touched, up to date from every record
 * that tells of them. A source that sees nothing on the network adds none. What people decided stays.
 */
export async function updateHosts(
  transaction: Transaction,
  author: Authorship,
  run: Run,
  contents: readonly Content[],
  touched: readonly number[] = [],
): Promise<HostOutcome> {
  const seenAt = seenTimes(contents, run.startedAt)
  const stored = await loadStored(transaction, author, [...seenAt.keys()], touched)
  const known = new Map(stored.map((row) => [row.mac, row]))
  const isNews = isSeeing(run.source.system)
  const macs = isNews ? [...new Set([...seenAt.keys(), ...known.keys()])] : [...known.keys()]
  const sights = await loadSights(transaction, author.engine, macs)
  const facts = macs.flatMap((mac) => hostFacts(mac, sights.get(mac) ?? []) ?? [])
  const changed = await updateStored(transaction, author, known, facts, isNews ? seenAt : new Map())
  const added = await insertHosts(
    transaction,
    author,
    run,
    facts.filter((each) => !known.has(each.mac)),
    seenAt,
  )
  const batch = new Set(contents.map(({ record }) => record.sourceId))
  return {
    changed: [...changed, ...added.map((host) => host.id)],
    added: added.map((host) => ({ ...host, isKnownMac: isTold(sights.get(host.mac)!, author, batch) })),
  }
}

/** Computes the hosts that these records tell of again, after they went away, came back or were linked otherwise. */
export async function refreshHosts(
  transaction: Transaction,
  author: Pick<Authorship, 'engine'>,
  recordIds: readonly number[],
): Promise<number[]> {
  const macs = await macsOfRecords(transaction, author.engine, recordIds)
  const stored = await loadStored(transaction, author, macs, [])
  const known = new Map(stored.map((row) => [row.mac, row]))
  const sights = await loadSights(transaction, author.engine, [...known.keys()])
  const facts = [...known.keys()].flatMap((mac) => hostFacts(mac, sights.get(mac) ?? []) ?? [])
  return updateStored(transaction, author, known, facts, new Map())
}

/** When each MAC of the batch was seen: as its source says, else when it was read; the latest counts. */
function seenTimes(contents: readonly Content[], startedAt: string): Map<Mac, string> {
  const times = new Map<Mac, string>()
  for (const { record, keys } of contents) {
    const told = record.kind === 'sighting' ? record.seenAt : undefined
    const seenAt = told !== undefined && told < startedAt ? told : startedAt
    for (const key of keys) {
      const mac = /^(?:mac|nic):(.*)$/.exec(key)?.[1]
      if (mac === undefined || !isUnicastMac(mac)) continue
      if (seenAt > (times.get(mac) ?? '')) times.set(mac, seenAt)
    }
  }
  return times
}

type Stored = Awaited<ReturnType<typeof loadStored>>[number]

async function loadStored(
  transaction: Transaction,
  { engine }: Pick<Authorship, 'engine'>,
  macs: readonly Mac[],
  devices: readonly number[],
) {
  if (macs.length === 0 && devices.length === 0) return []
  return (
    transaction
      .selectFrom('hosts')
      .select(['id', 'mac', 'hostname', 'ip_addresses', 'source', 'switch_port', 'host_type', 'last_seen'])
      .select(['device_id', 'vendor', 'host_type_locked', 'version'])
      .where((eb) => eb.or([textsIn(engine, 'mac', macs), idsIn(engine, 'device_id', devices)]))
      .orderBy('id')
      // Who reviews a host meanwhile waits, else what they decide would be overwritten with what was before.
      .$if(engine === 'postgres', (query) => query.forUpdate())
      .execute()
  )
}

async function updateStored(
  transaction: Transaction,
  { engine }: Pick<Authorship, 'engine'>,
  known: ReadonlyMap<Mac, Stored>,
  facts: readonly HostFacts[],
  seenAt: ReadonlyMap<Mac, string>,
): Promise<number[]> {
  const changed = facts.flatMap((each) => {
    const before = known.get(each.mac)
    if (!before || !isDifferent(before, each)) return []
    const told = seenAt.get(each.mac) ?? ''
    return [
      {
        ...each,
        host_type: before.host_type_locked ? before.host_type : each.host_type,
        last_seen: told > before.last_seen ? told : before.last_seen,
        id: before.id,
        version: before.version + 1,
      },
    ]
  })
  await bulkUpdate(transaction, engine, 'hosts', ['id'], changed)
  return changed.map((row) => row.id)
}

/** The time alone is no change: it is brought up to date for all hosts of a run at its end. */
function isDifferent(stored: Stored, facts: HostFacts): boolean {
  return (
    stored.hostname !== facts.hostname ||
    JSON.stringify(JSON.parse(stored.ip_addresses)) !== facts.ip_addresses ||
    stored.source !== facts.source ||
    stored.switch_port !== facts.switch_port ||
    stored.device_id !== facts.device_id ||
    stored.vendor !== facts.vendor ||
    (!stored.host_type_locked && stored.host_type !== facts.host_type)
  )
}

async function insertHosts(
  transaction: Transaction,
  { engine }: Authorship,
  run: Run,
  facts: readonly HostFacts[],
  seenAt: ReadonlyMap<Mac, string>,
): Promise<Omit<AddedHost, 'isKnownMac'>[]> {
  const ids = await reserveIds(transaction, engine, 'hosts', facts.length)
  const rows = facts.map((each, index) => {
    const seen = seenAt.get(each.mac) ?? run.startedAt
    return {
      id: ids[index]!,
      ...each,
      first_seen: seen,
      last_seen: seen,
      status: 'pending',
      discovery_run_id: run.id,
      netbox_id: null,
      notes: null,
      host_type_locked: false,
      version: 1,
    }
  })
  await bulkInsert(transaction, engine, 'hosts', rows)
  return rows.map((row) => ({ id: row.id, mac: row.mac, device: row.device_id }))
}

const isTold = (sights: readonly Sight[], { system, identifier }: Authorship, batch: ReadonlySet<string>) =>
  sights.some((sight) => sight.system !== system || sight.source !== identifier || !batch.has(sight.sourceId))
