import { reserveIds } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { claimDevices } from '#features/identity/claim-devices.ts'
import type { Claims, FormerDevice } from '#features/identity/claim-devices.ts'
import { correlate } from '#features/identity/correlate.ts'
import type { Correlation } from '#features/identity/correlate.ts'
import type { IdentityRecord } from '#features/identity/identity-record.ts'
import type { LinkEvidence } from '#features/identity/link-evidence.ts'
import { isByRule } from '#features/identity/merge-memory.ts'
import { currentMergesOf } from '#features/identity/merge-queries.ts'
import { loadNeighbourhood } from '#features/identity/neighbourhood-queries.ts'
import type { NewReview } from '#features/identity/review-queries.ts'
import { runOf } from '#features/identity/review-queries.ts'
import { evidenceOf, evidenceOfPair } from '#features/identity/weigh-evidence.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'

/** A link that a batch decided. */
export interface NewLink {
  recordId: number
  deviceId: number
  evidence: LinkEvidence
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
  merged: { from: number; into: number; evidence: LinkEvidence }[]
  /** Devices that stand for themselves again, and what they were part of. */
  revived: Claims['revived']
  /** Records whose keys point at more than one machine. */
  conflicts: { recordId: number; device: number; others: number[] }[]
  /** Pairs that rules cannot decide. */
  reviews: NewReview[]
  /** All records that were looked at: whatever was in doubt about them before and no longer is, is settled. */
  scope: number[]
}

const emptyLinking = (): Linking => ({
  links: [],
  ended: [],
  deviceOf: new Map(),
  created: new Set(),
  merged: [],
  revived: [],
  conflicts: [],
  reviews: [],
  scope: [],
})

/**
 * Decides which devices the records belong to, together with every record that shares a key or a device with them.
 * The records need not be in the database yet. Writes nothing.
 */
export async function decideLinks(
  transaction: Transaction,
  { engine, syncId }: Pick<Authorship, 'engine' | 'syncId'>,
  seeds: readonly IdentityRecord[],
): Promise<Linking> {
  const linking = emptyLinking()
  if (seeds.length === 0) return linking
  const run = runOf(syncId)
  const { records, decisions, witnesses } = await loadNeighbourhood(transaction, engine, seeds)
  const correlation = correlate(records, decisions, witnesses)
  const former = await formerDevices(transaction, engine, correlation)
  const { devices, revived } = claimDevices(correlation, former)
  const missing = devices.filter((device) => device === undefined).length
  const fresh = await reserveIds(transaction, engine, 'devices', missing)
  linking.created = new Set(fresh)
  linking.revived = revived
  const claimed = devices.map((device) => device ?? fresh.shift()!)
  const why = (record: IdentityRecord) => evidenceOf(record, correlation, run)
  for (const record of correlation.unplaced) place(linking, record, undefined, why)
  for (const [index, machine] of correlation.machines.entries()) {
    for (const record of machine) place(linking, record, claimed[index], why)
  }
  linking.merged = mergersOf(records, new Set(claimed), linking)
  linking.conflicts = conflictsOf(correlation, new Set(seeds.map((each) => each.id)), linking)
  linking.scope = records.filter((each) => each.kind === 'device').map((each) => each.id)
  linking.reviews = correlation.undecided.map((pair) => ({
    kind: pair.kind,
    left: pair.left.id,
    right: pair.right.id,
    score: Math.round((1 - pair.comparison.doubt) * 10_000) / 10_000,
    evidence: evidenceOfPair(pair, run),
  }))
  return linking
}

/** Where machines part that are one device now: what rules had merged into it, the latest first. */
async function formerDevices(
  transaction: Transaction,
  engine: Authorship['engine'],
  { machines }: Correlation,
): Promise<FormerDevice[]> {
  const seen = new Set<number>()
  const parting = new Set<number>()
  for (const machine of machines) {
    for (const device of new Set(machine.flatMap((record) => record.device ?? []))) {
      if (seen.has(device)) parting.add(device)
      seen.add(device)
    }
  }
  if (parting.size === 0) return []
  const merges = await currentMergesOf(transaction, engine, [...parting])
  return merges
    .filter((merge) => isByRule(merge) && parting.has(merge.kept))
    .toReversed()
    .map(({ merged, kept, memory }) => ({
      merged,
      kept,
      records: new Set(memory.links.map((link) => link.record)),
    }))
}

function place(
  linking: Linking,
  record: IdentityRecord,
  device: number | undefined,
  why: (record: IdentityRecord) => LinkEvidence,
): void {
  if (device !== undefined) linking.deviceOf.set(record.id, device)
  if (record.device === device) return
  if (record.device !== undefined) linking.ended.push({ recordId: record.id, from: record.device })
  if (device !== undefined)
    linking.links.push({ recordId: record.id, deviceId: device, evidence: why(record) })
}

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
  const links = new Map(linking.links.map((link) => [link.recordId, link]))
  return [...left].flatMap(([from, lost]) => {
    const moved = lost.map((each) => links.get(each.id)).find((link) => link !== undefined)
    return moved === undefined ? [] : [{ from, into: moved.deviceId, evidence: moved.evidence }]
  })
}

/** Those that concern a record of this batch; the others are known already. */
function conflictsOf(
  { conflicts }: Correlation,
  seeds: ReadonlySet<number>,
  { deviceOf }: Linking,
): Linking['conflicts'] {
  return conflicts.flatMap((parties) => {
    const record = parties.find((each) => seeds.has(each.id))
    if (record === undefined) return []
    const devices = [...new Set(parties.flatMap((each) => deviceOf.get(each.id) ?? []))]
    const device = deviceOf.get(record.id)
    if (device === undefined || devices.length < 2) return []
    return [{ recordId: record.id, device, others: devices.filter((id) => id !== device) }]
  })
}
