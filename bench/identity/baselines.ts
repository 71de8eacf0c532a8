import type { EstateRecord } from './estate.ts'
import { Joining } from './joining.ts'
import type { Correlator, Outcome } from './score.ts'
import { siteCode } from './world.ts'

/** What others do, made anew from what is written about it. None of them asks a person. */
export const baselines: Record<string, Correlator> = {
  'name only': (records) => joinedBy(records, ({ label }) => (label === undefined ? [] : [label])),
  'MAC only': (records) => joinedBy(records, ({ macs }) => macs),
  'order of netbox-sync': (records) => inTurn(records, netboxSync),
  'order of Diode': (records) => inTurn(records, diode),
}

/** What these look at. */
interface Traits {
  ref: string
  /** As told. */
  name: string | undefined
  /** Lower case, without its domain. */
  label: string | undefined
  site: string | undefined
  macs: string[]
  serial: string | undefined
  address: string | undefined
}

function traitsOf({ ref, source, record }: EstateRecord): Traits {
  const isDevice = record.kind === 'device'
  const name = isDevice ? record.name : record.hostname
  const instance = isDevice ? record.vm?.instanceUuid : undefined
  return {
    ref,
    name,
    label: name?.toLowerCase().split('.')[0],
    site: source.name === 'main' ? siteIn(record, name) : source.name,
    macs: isDevice
      ? (record.interfaces ?? []).flatMap(({ mac }) => mac ?? [])
      : record.mac
        ? [record.mac]
        : [],
    // The serial number of a VM is its instance UUID there.
    serial: instance ?? (isDevice ? record.serial : undefined),
    address: isDevice ? record.address : record.addresses[0],
  }
}

/** Where a list says the site, or the name has it. */
function siteIn({ facts }: EstateRecord['record'], name: string | undefined): string | undefined {
  if (typeof facts?.['site'] === 'string') return facts['site']
  const domain = name?.toLowerCase().split('.')[1]
  return domain !== undefined && knownSites.has(domain) ? domain : undefined
}
const knownSites = new Set(Array.from({ length: 40 }, (_, site) => siteCode(site)))

function joinedBy(records: readonly EstateRecord[], keysOf: (traits: Traits) => readonly string[]): Outcome {
  const joining = new Joining(records.length)
  const first = new Map<string, number>()
  for (const [index, record] of records.entries()) {
    for (const key of keysOf(traitsOf(record))) {
      const known = first.get(key)
      if (known === undefined) first.set(key, index)
      else joining.join(index, known)
    }
  }
  return { clusters: joining.sets(records.map(({ ref }) => ref)), review: [] }
}

/** What the inventory holds, found by what an order of matching asks for. */
class Inventory {
  readonly members: string[][] = []
  readonly #found = new Map<string, number[]>()

  /** Objects with this property, the oldest first. */
  with(kind: string, value: string | undefined): readonly number[] {
    return value === undefined ? [] : (this.#found.get(`${kind} ${value}`) ?? [])
  }

  put(
    object: number | undefined,
    { ref }: Traits,
    properties: readonly (readonly [string, string | undefined])[],
  ): void {
    const at = object ?? this.members.length
    if (object === undefined) this.members.push([])
    this.members[at]!.push(ref)
    for (const [kind, value] of properties) {
      if (value === undefined) continue
      const known = this.#found.get(`${kind} ${value}`)
      if (known === undefined) this.#found.set(`${kind} ${value}`, [at])
      else if (!known.includes(at)) known.push(at)
    }
  }
}

type Match = (inventory: Inventory, traits: Traits) => void

/** The inventory has the rows that people keep first; then each source is read, those that only see cards last. */
function inTurn(records: readonly EstateRecord[], match: Match): Outcome {
  const turn = ({ source, record }: EstateRecord): number =>
    source.system === 'netbox' ? 0 : record.kind === 'device' ? 1 : 2
  const inventory = new Inventory()
  const ordered = records.toSorted(
    (left, right) => turn(left) - turn(right) || (left.ref < right.ref ? -1 : 1),
  )
  for (const record of ordered) match(inventory, traitsOf(record))
  return { clusters: inventory.members, review: [] }
}

/**
 * Exact name and site; else MACs, where the best must have twice the matches of the next; else serial number; else
 * the first object with the address. All but the first look everywhere.
 */
function netboxSync(inventory: Inventory, traits: Traits): void {
  const { name, site, macs, serial, address } = traits
  const place = name === undefined || site === undefined ? undefined : `${name} ${site}`
  const object =
    inventory.with('place', place)[0] ??
    bestByMacs(inventory, macs) ??
    inventory.with('serial', serial)[0] ??
    inventory.with('address', address)[0]
  inventory.put(object, traits, [
    ['place', place],
    ...macs.map((mac) => ['mac', mac] as const),
    ['serial', serial],
    ['address', address],
  ])
}

function bestByMacs(inventory: Inventory, macs: readonly string[]): number | undefined {
  const matches = new Map<number, number>()
  for (const mac of macs)
    for (const object of inventory.with('mac', mac)) matches.set(object, (matches.get(object) ?? 0) + 1)
  const [best, next] = [...matches].toSorted(([, left], [, right]) => right - left)
  if (best === undefined) return undefined
  return next === undefined || best[1] >= 2 * next[1] ? best[0] : undefined
}

/** Primary address, then name and site whatever the case; no serial number, and MACs only for interfaces. */
function diode(inventory: Inventory, traits: Traits): void {
  const place = traits.name === undefined ? undefined : `${traits.name.toLowerCase()} ${traits.site ?? ''}`
  const object = inventory.with('address', traits.address)[0] ?? inventory.with('place', place)[0]
  inventory.put(object, traits, [
    ['address', traits.address],
    ['place', place],
  ])
}
