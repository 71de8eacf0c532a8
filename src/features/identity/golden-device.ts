import type { Json, JsonObject } from '#kernel/json.ts'
import { ipSortKey, parseIp, primaryAddress } from '#model/ip-address.ts'
import type { ReportedDevice, ReportedInterface, ReportedSighting } from '#model/record.ts'
import { isPlaceholder } from '#model/serial.ts'
import { byBelief, noBeliefs } from '#features/identity/golden-belief.ts'
import type { Beliefs, LinkedContent } from '#features/identity/golden-belief.ts'
import { chooseField, goldenFields } from '#features/identity/golden-field.ts'
import type { Choice, Claim } from '#features/identity/golden-field.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'

export type { LinkedContent }

/** The computed device: its state, and the record it is named after. */
export interface GoldenDevice {
  state: DeviceState
  primary: LinkedContent
  /** Why each field is what it is, and what else was said. */
  fields: Map<string, Choice>
}

/**
 * The golden device of its linked records and what people said of whom to believe: a pure function, so it can be
 * explained and computed again.
 */
export function goldenDevice(linked: readonly LinkedContent[], beliefs: Beliefs = noBeliefs): GoldenDevice {
  const records = byBelief(linked, beliefs)
  const state: DeviceState = {}
  const fields = new Map<string, Choice>()
  for (const name of goldenFields) {
    const choice = chooseField(name, claimsOf(records, name), beliefs)
    if (choice.value !== undefined) fields.set(name, choice)
    put(state, name, choice.value)
  }
  state['name'] ??= lastingName(records)
  state['deviceType'] ??= 'unknown'
  state['status'] = statusOf(records)
  const interfaces = mergeInterfaces(records)
  const addresses = addressesOf(records, interfaces)
  if (state['address'] === undefined) put(state, 'address', primaryAddress(addresses))
  put(state, 'addresses', addresses.length > 0 ? sorted(addresses) : undefined)
  for (const each of interfaces) state[`interfaces/${each.name}`] = interfaceValue(each)
  addVm(state, records)
  addMetadata(state, records)
  for (const each of records)
    state[`records/${each.source}/${each.sourceId}`] = each.isHeld ? each.system : `${each.system} (missing)`
  return { state, primary: records.find((each) => each.system !== 'manual') ?? records[0]!, fields }
}

/** The value that one record gives for a field; undefined when it says nothing of it. */
export function fieldOf({ record, system }: LinkedContent, name: string): Json | undefined {
  if (record.kind === 'volume') return undefined
  if (name === 'deviceType') return record.deviceType === 'unknown' ? undefined : record.deviceType
  if (name === 'serial' || name === 'vendor' || name === 'model') return hardwareOf(record, system, name)
  if (fieldFacts.has(name)) {
    const value = record.facts?.[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  if (record.kind === 'sighting') return name === 'name' ? record.hostname : undefined
  if (name === 'name' && system === 'manual') return record.name || undefined
  return (record as unknown as Record<string, Json | undefined>)[name]
}

/** What firmware says where nobody set it is nothing; a person may enter what they like. */
function hardwareOf(
  record: ReportedDevice | ReportedSighting,
  system: string,
  name: 'serial' | 'vendor' | 'model',
): string | undefined {
  const text = record.kind === 'device' ? record[name] : name === 'vendor' ? record.vendor : undefined
  const saysNothing = text !== undefined && system !== 'manual' && isPlaceholder(name, text)
  return saysNothing ? undefined : text
}

/** What the records say of a field, the most believed first; an address only where a source calls it the device's. */
function claimsOf(records: readonly LinkedContent[], name: string): Claim[] {
  return records.flatMap((content) => {
    const isNoAddress = name === 'address' && content.record.kind !== 'device'
    const value = isNoAddress ? undefined : fieldOf(content, name)
    return value === undefined || value === null || value === '' ? [] : [{ content, value }]
  })
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

/** What a device is called that nobody has given a name. */
function lastingName(records: readonly LinkedContent[]): string {
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
