import type { Json, JsonObject } from '#kernel/json.ts'
import { ipSortKey, parseIp, primaryAddress } from '#model/ip-address.ts'
import type { ReportedDevice, ReportedInterface, ReportedRecord, ReportedSighting } from '#model/record.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'

/** One record linked to a device. */
export interface LinkedContent {
  recordId: number
  system: string
  /** Name of the configured source. */
  source: string
  sourceId: string
  record: ReportedRecord
  /** False once its source has proved that it is gone. */
  isHeld: boolean
}

/** The computed device: its state, and the record it is named after. */
export interface GoldenDevice {
  state: DeviceState
  primary: LinkedContent
}

/** Who is believed first. A person, then the machine itself, then what manages it, then who merely saw it. */
const order = [
  'manual',
  'local',
  'vcenter',
  'proxmox',
  'foreman',
  'puppet',
  'netapp',
  'dorado',
  'oxidized',
  'csv',
  'dhcp',
  'scan',
]

const rank = (system: string): number => {
  const index = order.indexOf(system)
  return index < 0 ? order.indexOf('csv') : index
}

/** Linked records in the order in which they are believed: held before gone, devices before sightings, by source. */
export const byBelief = (records: readonly LinkedContent[]): LinkedContent[] =>
  [...records].sort(
    (left, right) =>
      Number(right.isHeld) - Number(left.isHeld) ||
      Number(isSighting(left)) - Number(isSighting(right)) ||
      rank(left.system) - rank(right.system) ||
      compare(left.source, right.source) ||
      compare(left.sourceId, right.sourceId),
  )

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const isSighting = (linked: LinkedContent): boolean => linked.record.kind === 'sighting'

/** The golden device of its linked records: a pure function, so it can be explained and computed again. */
export function goldenDevice(linked: readonly LinkedContent[]): GoldenDevice {
  const records = byBelief(linked)
  const state: DeviceState = {}
  for (const name of [
    'deviceType',
    'serial',
    'vendor',
    'model',
    'os',
    'driver',
    'site',
    'rack',
    'owner',
  ] as const) {
    put(
      state,
      name,
      firstOf(records, (each) => fieldOf(each, name)),
    )
  }
  state['name'] = nameOf(records)
  state['deviceType'] ??= 'unknown'
  state['status'] = statusOf(records)
  const interfaces = mergeInterfaces(records)
  const addresses = addressesOf(records, interfaces)
  put(
    state,
    'address',
    firstOf(records, (each) => (each.record.kind === 'device' ? each.record.address : undefined)) ??
      primaryAddress(addresses),
  )
  put(state, 'addresses', addresses.length > 0 ? sorted(addresses) : undefined)
  for (const each of interfaces) state[`interfaces/${each.name}`] = interfaceValue(each)
  addVm(state, records)
  addMetadata(state, records)
  for (const each of records)
    state[`records/${each.source}/${each.sourceId}`] = each.isHeld ? each.system : `${each.system} (missing)`
  return { state, primary: records.find((each) => each.system !== 'manual') ?? records[0]! }
}

/** The value that one record gives for a field; undefined when it says nothing of it. */
export function fieldOf({ record, system }: LinkedContent, name: string): Json | undefined {
  if (record.kind === 'volume') return undefined
  if (name === 'deviceType') return record.deviceType === 'unknown' ? undefined : record.deviceType
  if (name === 'vendor' && record.kind === 'sighting') return record.vendor
  if (fieldFacts.has(name)) {
    const value = record.facts?.[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  if (record.kind === 'sighting') return name === 'name' ? record.hostname : undefined
  if (name === 'name' && system === 'manual') return record.name || undefined
  return (record as unknown as Record<string, Json | undefined>)[name]
}

function firstOf<T>(
  records: readonly LinkedContent[],
  pick: (each: LinkedContent) => T | undefined,
): T | undefined {
  for (const each of records) {
    const value = pick(each)
    if (value !== undefined && value !== null && value !== '') return value
  }
  return undefined
}

function put(state: DeviceState, path: string, value: Json | undefined): void {
  if (value !== undefined && value !== null) state[path] = value
}

function nameOf(records: readonly LinkedContent[]): string {
  const name = firstOf(records, (each) => fieldOf(each, 'name'))
  if (typeof name === 'string') return name
  const sighting = records
    .map((each) => each.record)
    .find((record): record is ReportedSighting => record.kind === 'sighting')
  return primaryAddress(sighting?.addresses ?? []) ?? sighting?.mac ?? records[0]!.sourceId
}

/** Nobody holds it any more: inactive. Else what the most believed record says. */
function statusOf(records: readonly LinkedContent[]): string {
  const devices = records.filter((each) => each.record.kind === 'device' && each.system !== 'manual')
  const manual = firstOf(records, ({ record, system }) =>
    system === 'manual' && record.kind === 'device' ? record.status : undefined,
  )
  if (manual) return manual
  const told = records.filter((each) => each.system !== 'manual')
  if (told.length > 0 && !told.some((each) => each.isHeld)) return 'inactive'
  if (devices.length === 0) return records.some((each) => each.system === 'manual') ? 'active' : 'unknown'
  if (!devices.some((each) => each.isHeld)) return 'inactive'
  return firstOf(devices, (each) => (each.record as ReportedDevice).status) ?? 'active'
}

/** The most believed record's interfaces, plus those of others whose MAC it does not know, plus seen addresses. */
function mergeInterfaces(records: readonly LinkedContent[]): ReportedInterface[] {
  const merged = new Map<string, ReportedInterface>()
  const byMac = new Map<string, string>()
  const add = (each: ReportedInterface) => {
    const known = each.mac === undefined ? undefined : byMac.get(each.mac)
    const name = known ?? freeName(merged, each)
    const before = merged.get(name)
    merged.set(name, before === undefined ? { ...each, name } : combine(before, each))
    if (each.mac !== undefined) byMac.set(each.mac, name)
  }
  for (const { record } of records) {
    if (record.kind === 'device') for (const each of record.interfaces ?? []) add(each)
    if (record.kind === 'sighting' && record.mac !== undefined) {
      add({ name: record.mac, mac: record.mac, addresses: record.addresses })
    }
  }
  return [...merged.values()]
}

/** Two sources may call different cards eth0; the one that is believed less gets its MAC beside the name. */
function freeName(merged: ReadonlyMap<string, ReportedInterface>, each: ReportedInterface): string {
  const other = merged.get(each.name)
  const isOtherCard = other?.mac !== undefined && each.mac !== undefined && other.mac !== each.mac
  return isOtherCard ? `${each.name} ${each.mac}` : each.name
}

const combine = (believed: ReportedInterface, other: ReportedInterface): ReportedInterface => ({
  ...other,
  ...believed,
  mac: believed.mac ?? other.mac,
  addresses: union(believed.addresses ?? [], other.addresses ?? []),
})

const union = (left: readonly string[], right: readonly string[]): string[] => [
  ...new Set([...left, ...right]),
]

function addressesOf(records: readonly LinkedContent[], interfaces: readonly ReportedInterface[]): string[] {
  const own = records.flatMap(({ record }) => {
    if (record.kind === 'device')
      return [...(record.address ? [record.address] : []), ...(record.vm?.ipAddresses ?? [])]
    return record.kind === 'sighting' ? record.addresses : []
  })
  const all = union(
    own,
    interfaces.flatMap((each) => each.addresses ?? []),
  )
  return [...new Set(all.flatMap((address) => parseIp(address) ?? []))]
}

const sorted = (addresses: string[]): string[] =>
  addresses
    .map((address) => [ipSortKey(address), address] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, address]) => address)

const interfaceValue = (each: ReportedInterface): JsonObject => ({
  mac: each.mac ?? null,
  addresses: each.addresses ?? [],
  speedMbps: whole(each.speedMbps),
  status: each.status ?? null,
  type: each.type ?? null,
  metadata: each.metadata ?? {},
})

/** The columns take whole numbers; a source that gives none gives nothing. */
const whole = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Math.round(value)

function addVm(state: DeviceState, records: readonly LinkedContent[]): void {
  const vm = firstOf(records, ({ record }) => (record.kind === 'device' ? record.vm : undefined))
  if (!vm) return
  for (const [name, value] of Object.entries(vm)) {
    if (typeof value === 'number') put(state, `vm/${name}`, whole(value))
    else if (!(Array.isArray(value) && value.length === 0)) put(state, `vm/${name}`, value as Json)
  }
}

const fieldFacts = new Set(['driver', 'site', 'rack', 'owner'])

function addMetadata(state: DeviceState, records: readonly LinkedContent[]): void {
  for (const { record, source, system } of records) {
    if (record.kind === 'volume') continue
    for (const [fact, value] of Object.entries(record.facts ?? {})) {
      if (system === 'manual') addCustom(state, fact, value)
      // What became a field of the device is not told twice.
      else if (!fieldFacts.has(fact) && value !== null) state[`metadata/${source}/${fact}`] ??= value
    }
    if (record.kind === 'sighting' && record.switchPort)
      state[`metadata/${source}/switchPort`] = record.switchPort
  }
}

function addCustom(state: DeviceState, fact: string, value: Json): void {
  if (fact !== 'custom' || value === null || typeof value !== 'object' || Array.isArray(value)) return
  for (const [name, item] of Object.entries(value)) {
    if (item !== null) state[`custom/${name}`] = item
  }
}
