import { factsOf, pastFactsOf } from '#features/devices/device-facts.ts'
import { loadDeviceRecords, loadPastRecords, volumesOf } from '#features/devices/linked-record-queries.ts'
import { namesOf, relationshipsOf } from '#features/devices/relationship-queries.ts'
import { loadBeliefs } from '#features/identity/field-rule-queries.ts'
import { changesAfter, changesUntil, historySince } from '#features/inventory/change-queries.ts'
import { loadItems } from '#features/inventory/device-item-queries.ts'
import type { DeviceDetail, DeviceItem } from '#features/inventory/device-shapes.ts'
import { loadDevices, type StoredDevice } from '#features/inventory/device-state-queries.ts'
import { below, metadataOf, vmColumns, type DeviceState } from '#features/inventory/device-state.ts'
import { rowTimes } from '#features/inventory/row-time-queries.ts'
import { takeBack } from '#features/inventory/past-state.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import type { RelationshipType } from '#model/record.ts'

type Part = Pick<Call, 'db' | 'engine' | 'clock' | 'actor'>

/** A device with all that is known of it, and who says so. */
export async function showDevice(call: Part, id: number): Promise<DeviceDetail> {
  const { db, engine, actor, clock } = call
  const [stored, items, records, relationships, volumes, times, beliefs] = await Promise.all([
    loadDevices(db, engine, [id]),
    loadItems(db, engine, [id]),
    loadDeviceRecords(db, engine, id),
    relationshipsOf(db, engine, actor, id),
    volumesOf(db, id),
    rowTimes(db, id),
    loadBeliefs(db, engine, [id]),
  ])
  const device = stored.get(id)
  const item = items.get(id)
  if (!device || !item || !times) throw new AppError('NOT_FOUND', `There is no device ${id}`)
  return {
    ...item,
    ...sourceOf(device),
    ...times,
    ...partsOf(device.state),
    asOf: null,
    facts: factsOf(device.state, records, beliefs(id), clock.now()),
    relationships,
    records: records.map(({ shown }) => shown),
    volumes: volumes.map((volume) => ({
      id: volume.id,
      name: volume.name,
      volumeType: volume.volume_type,
      capacityBytes: volume.capacity_bytes,
      usedBytes: volume.used_bytes,
    })),
  }
}

/**
 * A device as it was: today's state with everything later taken back. Throws NOT_FOUND for a time before it, and for
 * one that the history no longer reaches. Volumes are told of the present only.
 */
export async function showPastDevice(call: Part, id: number, at: string): Promise<DeviceDetail> {
  const { db, engine, actor } = call
  const [now, stored, later, kept] = await Promise.all([
    showDevice(call, id),
    loadDevices(db, engine, [id]),
    changesAfter(db, id, at),
    historySince(db),
  ])
  const state = takeBack(stored.get(id)!.state, later)
  if (state === undefined || at < now.createdAt) throw notYet(now, at)
  if (kept === undefined || (at < kept && now.createdAt < kept)) throw forgotten(now, at, kept)
  const facts = await pastFactsOf(state, changesUntil(db, id, at), now.createdAt)
  const records = await loadPastRecords(db, id, at)
  return {
    ...now,
    ...itemOf(state),
    ...partsOf(state),
    asOf: at,
    updatedAt: await lastChange(db, id, at, now.createdAt),
    lastSeen: now.lastSeen < at ? now.lastSeen : at,
    facts,
    relationships: await pastRelationships(call, actor, state),
    records,
    sources: pastSources(
      state,
      records.filter((record) => record.missingSince === null || record.missingSince > at),
    ),
    volumes: [],
  }
}

/** A record that is deleted since is in the state still; one of a device that was merged since has its link only. */
function pastSources(state: DeviceState, records: DeviceDetail['records']): string[] {
  const told = Object.entries(below(state, 'records/')).filter(
    ([, value]) => !String(value).endsWith('(missing)'),
  )
  const names = [...told.map(([path]) => path.split('/')[0]!), ...records.map((record) => record.source)]
  return [...new Set(names)].sort()
}

async function lastChange(db: Part['db'], id: number, at: string, createdAt: string): Promise<string> {
  for await (const [newest] of changesUntil(db, id, at)) return newest?.at ?? createdAt
  return createdAt
}

const forgotten = ({ name }: DeviceDetail, at: string, kept: string | undefined): AppError =>
  new AppError('NOT_FOUND', `What ${name} was at ${at} is no longer known`, {
    hint: kept === undefined ? 'No history is kept.' : `The history is kept since ${kept}.`,
  })

const notYet = ({ name, createdAt }: DeviceDetail, at: string): AppError =>
  new AppError('NOT_FOUND', `${name} was not known at ${at}`, { hint: `It is known since ${createdAt}.` })

const sourceOf = ({ source }: StoredDevice) => ({
  sourceSystem: source.system,
  sourceIdentifier: source.identifier,
  sourceId: source.sourceId,
})

/** The parts of a detail that a state alone decides. */
function partsOf(state: DeviceState): Pick<DeviceDetail, 'metadata' | 'addresses' | 'interfaces' | 'vm'> {
  const interfaces = Object.entries(below(state, 'interfaces/')).map(([name, value]) => ({
    name,
    ...(value as Omit<DeviceDetail['interfaces'][number], 'name'>),
  }))
  return {
    metadata: metadataOf(state),
    addresses: (state['addresses'] as string[] | undefined) ?? [],
    interfaces: interfaces.toSorted((left, right) => natural.compare(left.name, right.name)),
    vm: vmOf(state),
  }
}

/** eth2 before eth10. */
const natural = new Intl.Collator('en', { numeric: true })

const lists = ['ipAddresses', 'disks', 'snapshots']

function vmOf(state: DeviceState): DeviceDetail['vm'] {
  const vm = below(state, 'vm/')
  if (Object.keys(vm).length === 0) return null
  const names = Object.keys(vmColumns)
  return Object.fromEntries(
    names.map((name) => [name, vm[name] ?? (lists.includes(name) ? [] : null)]),
  ) as unknown as DeviceDetail['vm']
}

const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)

/** What a listing shows, from a state. */
function itemOf(state: DeviceState): Partial<DeviceItem> {
  const vm = vmOf(state)
  return {
    name: text(state['name']) ?? '',
    deviceType: (text(state['deviceType']) ?? 'unknown') as DeviceItem['deviceType'],
    status: (text(state['status']) ?? 'unknown') as DeviceItem['status'],
    address: text(state['address']),
    serial: text(state['serial']),
    vendor: text(state['vendor']),
    model: text(state['model']),
    os: text(state['os']),
    driver: text(state['driver']),
    site: text(state['site']),
    rack: text(state['rack']),
    owner: text(state['owner']),
    retiredAt: text(state['retiredAt']),
    custom: below(state, 'custom/'),
    tags: Object.keys(below(state, 'tags/')).sort(),
    cpuCount: vm?.cpuCount ?? null,
    memoryMb: vm?.memoryMb ?? null,
    powerState: vm?.powerState ?? null,
  }
}

/** Relationships as they were, to devices that still exist. */
async function pastRelationships(
  { db, engine }: Part,
  actor: Part['actor'],
  state: DeviceState,
): Promise<DeviceDetail['relationships']> {
  const edges = Object.entries(below(state, 'relationships/')).map(([path, source]) => {
    const [type, other, id] = path.split('/') as [RelationshipType, 'parent' | 'child', string]
    return { type, other, id: Number(id), source: String(source) }
  })
  const devices = await namesOf(
    db,
    engine,
    actor,
    edges.map(({ id }) => id),
  )
  return edges.flatMap(({ type, other, id, source }, index) => {
    const device = devices.get(id)
    // A past relationship has no row of its own: its place in the list has to do.
    return device ? [{ id: -1 - index, type, other, device, source, metadata: {} as JsonObject }] : []
  })
}
