import { reserveIds } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { loadNeighbourhood } from '#features/identity/neighbourhood-queries.ts'
import { partitionRecords } from '#features/identity/partition-records.ts'
import type { IdentityRecord, Machine } from '#features/identity/partition-records.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'

/** A link that a batch decided. */
export interface NewLink {
  recordId: number
  deviceId: number
  /** Keys shared with what else the device has; empty for a device of its own. */
  evidence: string[]
}

/** What came of linking a batch. */
export interface Linking {
  links: NewLink[]
  /** Records whose link to a device ends. */
  ended: { recordId: number; from: number }[]
  /** Device of each record; none for a random or ambiguous MAC. */
  deviceOf: Map<number, number>
  /** Devices made by this batch. */
  created: Set<number>
  /** A device and the one that it turned out to be. */
  merged: { from: number; into: number; evidence: string[] }[]
  /** Records whose keys point at more than one machine. */
  conflicts: { recordId: number; device: number; others: number[] }[]
}

/**
 * Decides which devices the records belong to, together with every record that shares a key or a device with them.
 * The records need not be in the database yet. Writes nothing.
 */
export async function decideLinks(
  transaction: Transaction,
  { engine }: Pick<Authorship, 'engine'>,
  seeds: readonly IdentityRecord[],
): Promise<Linking> {
  const linking: Linking = {
    links: [],
    ended: [],
    deviceOf: new Map(),
    created: new Set(),
    merged: [],
    conflicts: [],
  }
  if (seeds.length === 0) return linking
  const records = await loadNeighbourhood(transaction, engine, seeds)
  const { machines, unplaced, conflicts } = partitionRecords(records)
  const claims = claimDevices(machines, unplaced)
  const fresh = await reserveIds(
    transaction,
    engine,
    'devices',
    claims.filter((device) => device === undefined).length,
  )
  linking.created = new Set(fresh)
  const claimed = claims.map((device) => device ?? fresh.shift()!)
  for (const record of unplaced) place(linking, [record], record, undefined)
  for (const [index, machine] of machines.entries()) {
    for (const record of machine) place(linking, machine, record, claimed[index])
  }
  linking.merged = mergersOf(records, new Set(claimed), linking)
  addConflicts(linking, conflicts, new Set(seeds.map((each) => each.id)))
  return linking
}

/** The device of each machine: the oldest that its records are linked to and no older machine took; else a new one. */
function claimDevices(
  machines: readonly Machine[],
  unplaced: readonly IdentityRecord[],
): (number | undefined)[] {
  const claims: (number | undefined)[] = machines.map(() => undefined)
  const taken = new Set<number>()
  const byAge = machines
    .map((machine, index) => ({ index, age: age(machine) }))
    .toSorted((left, right) => left.age - right.age)
  for (const { index } of byAge) {
    const device = candidatesOf(machines[index]!, unplaced).find((id) => !taken.has(id))
    if (device !== undefined) taken.add(device)
    claims[index] = device
  }
  return claims
}

/** Whoever has the oldest record keeps a device that two machines came of. */
const age = (machine: Machine): number =>
  machine.reduce(
    (oldest, record) => (record.device === undefined ? oldest : Math.min(oldest, record.id)),
    Number.MAX_SAFE_INTEGER,
  )

/** Devices that have a name come before those only seen, and these before one whose MAC is now on several machines. */
function candidatesOf(machine: Machine, unplaced: readonly IdentityRecord[]): number[] {
  const devices = (records: readonly IdentityRecord[]) =>
    records.flatMap((record) => record.device ?? []).toSorted((left, right) => left - right)
  const stray = unplaced.filter(
    ({ device, keys }) =>
      device !== undefined && machine.some((record) => keys.some((key) => record.keys.includes(key))),
  )
  return [
    ...devices(machine.filter((record) => record.kind === 'device')),
    ...devices(machine.filter((record) => record.kind === 'sighting')),
    ...devices(stray),
  ]
}

function place(linking: Linking, machine: Machine, record: IdentityRecord, device: number | undefined): void {
  if (device !== undefined) linking.deviceOf.set(record.id, device)
  if (record.device === device) return
  if (record.device !== undefined) linking.ended.push({ recordId: record.id, from: record.device })
  if (device !== undefined)
    linking.links.push({ recordId: record.id, deviceId: device, evidence: evidenceOf(machine, record) })
}

/** Keys that the record shares with others of its machine. */
const evidenceOf = (machine: Machine, record: IdentityRecord): string[] =>
  machine.length === 1
    ? []
    : record.keys.filter((key) => machine.some((other) => other !== record && other.keys.includes(key)))

/** Devices that lost all that made them, with where most of it went. */
function mergersOf(
  records: readonly IdentityRecord[],
  claimed: ReadonlySet<number>,
  linking: Linking,
): Linking['merged'] {
  const left = Map.groupBy(
    records.filter((each) => each.device !== undefined && !claimed.has(each.device)),
    (each) => each.device!,
  )
  return [...left].flatMap(([from, lost]) => {
    const moved = lost.find((each) => linking.deviceOf.has(each.id))
    if (moved === undefined) return []
    const into = linking.deviceOf.get(moved.id)!
    const evidence = linking.links.find((link) => link.recordId === moved.id)?.evidence ?? []
    return [{ from, into, evidence }]
  })
}

/** Those that concern a record of this batch; the others are known already. */
function addConflicts(
  linking: Linking,
  conflicts: readonly IdentityRecord[][],
  seeds: ReadonlySet<number>,
): void {
  for (const parties of conflicts) {
    const record = parties.find((each) => seeds.has(each.id))
    if (record === undefined) continue
    const devices = [...new Set(parties.flatMap((each) => linking.deviceOf.get(each.id) ?? []))]
    const device = linking.deviceOf.get(record.id)
    if (device === undefined || devices.length < 2) continue
    linking.conflicts.push({ recordId: record.id, device, others: devices.filter((id) => id !== device) })
  }
}
