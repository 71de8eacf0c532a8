import type { Correlation } from '#features/identity/correlate.ts'
import type { IdentityRecord, Machine } from '#features/identity/identity-record.ts'

/** A device that a rule found to be another, and the records that it had then. */
export interface FormerDevice {
  merged: number
  kept: number
  records: ReadonlySet<number>
}

/** The device of each machine; undefined for one that needs a new one. */
export interface Claims {
  devices: (number | undefined)[]
  /** Devices that stand for themselves again, and the one that they were part of. */
  revived: { device: number; from: number }[]
}

/**
 * The device of each machine: the oldest that its records are linked to and no older machine took. A machine that parts
 * from another gets the device again that its records had before a rule merged it, so that a merge and its undoing are
 * inverse.
 */
export function claimDevices(
  { machines, unplaced }: Pick<Correlation, 'machines' | 'unplaced'>,
  former: readonly FormerDevice[],
): Claims {
  const devices: (number | undefined)[] = machines.map(() => undefined)
  const taken = new Set<number>()
  const revived: Claims['revived'] = []
  const strays = straysOf(unplaced)
  const comers = new Set(former.flatMap(({ records }) => [...records]))
  const byAge = machines
    .map((machine, index) => ({ index, right: rightOf(machine, comers), age: ageOf(machine) }))
    .toSorted((one, other) => other.right - one.right || one.age - other.age)
  for (const { index } of byAge) {
    const machine = machines[index]!
    const own = candidatesOf(machine, strays).find((id) => !taken.has(id))
    const before = own === undefined ? formerOf(machine, former, taken) : undefined
    if (before !== undefined) revived.push({ device: before.merged, from: before.kept })
    const device = own ?? before?.merged
    if (device !== undefined) taken.add(device)
    devices[index] = device
  }
  return { devices, revived }
}

/** The latest merge that brought records of the machine to where they are. */
const formerOf = (
  machine: Machine,
  former: readonly FormerDevice[],
  taken: ReadonlySet<number>,
): FormerDevice | undefined =>
  former.find(({ merged, records }) => !taken.has(merged) && machine.some(({ id }) => records.has(id)))

/** What was its device's from the beginning comes before what a merge brought, and what has a name before what was seen. */
function rightOf(machine: Machine, comers: ReadonlySet<number>): number {
  const own = machine.filter(({ id, device }) => device !== undefined && !comers.has(id))
  if (own.some(({ kind }) => kind === 'device')) return 2
  return own.length > 0 ? 1 : 0
}

/** Whoever has the oldest record keeps a device that two machines came of. */
const ageOf = (machine: Machine): number =>
  machine.reduce(
    (oldest, record) => (record.device === undefined ? oldest : Math.min(oldest, record.id)),
    Number.MAX_SAFE_INTEGER,
  )

/** Records that belong to no device any more, by their keys. */
function straysOf(unplaced: readonly IdentityRecord[]): ReadonlyMap<string, IdentityRecord[]> {
  const strays = new Map<string, IdentityRecord[]>()
  for (const record of unplaced) {
    if (record.device === undefined) continue
    for (const key of record.keys) strays.set(key, [...(strays.get(key) ?? []), record])
  }
  return strays
}

/** Devices that have a name come before those only seen, and these before one whose MAC is now on several machines. */
function candidatesOf(machine: Machine, strays: ReadonlyMap<string, IdentityRecord[]>): number[] {
  const devicesOf = (records: readonly IdentityRecord[]) =>
    records.flatMap((record) => record.device ?? []).toSorted((left, right) => left - right)
  const cards = machine.flatMap(({ keys }) => keys.filter((key) => /^(mac|nic):/.test(key)))
  return [
    ...devicesOf(machine.filter((record) => record.kind === 'device')),
    ...devicesOf(machine.filter((record) => record.kind === 'sighting')),
    ...devicesOf(cards.flatMap((key) => strays.get(key) ?? [])),
  ]
}
