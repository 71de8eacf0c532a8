import { bulkInsert, reserveIds } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { chooseForDevice, chooseForSighting } from '#features/identity/choose-device.ts'
import type { KnownDevices } from '#features/identity/identity-queries.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import { historyRow } from '#features/inventory/save-devices.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'

/** A record that needs a device, or whose keys changed. */
export interface Unlinked {
  recordId: number
  kind: 'device' | 'sighting'
  /** Keys that may join it to another record; empty for a random or shared MAC. */
  keys: string[]
  /** Whether it may stand as a device of its own. */
  mayStandAlone: boolean
  /** The device it is linked to already. */
  device?: number | undefined
}

/** A link that a batch decided. */
export interface NewLink {
  recordId: number
  deviceId: number
  /** Keys shared with what the device already had; empty for a device of its own. */
  evidence: string[]
}

/** What came of linking a batch. */
export interface Linking {
  links: NewLink[]
  /** Device of each record; none for a random or ambiguous MAC. */
  deviceOf: Map<number, number>
  /** Devices made for records of this batch. */
  created: Set<number>
  /** Placeholder and the device that it turned out to be. */
  merged: { from: number; into: number; evidence: string[] }[]
  /** Records whose keys point at more than one machine. */
  conflicts: { recordId: number; device: number; others: number[] }[]
}

/** Decides for every record in turn; a later record of the batch sees the earlier ones. Writes nothing. */
export async function decideLinks(
  transaction: Transaction,
  author: Authorship,
  source: string,
  known: KnownDevices,
  records: readonly Unlinked[],
): Promise<Linking> {
  const linking: Linking = { links: [], deviceOf: new Map(), created: new Set(), merged: [], conflicts: [] }
  const fresh = await reserveIds(
    transaction,
    author.engine,
    'devices',
    records.filter((each) => each.device === undefined).length,
  )
  for (const record of records) {
    const device = decide(source, known, record, linking, fresh)
    if (device === undefined) continue
    linking.deviceOf.set(record.recordId, device)
    const isOwn = linking.created.has(device)
    if (record.device === undefined)
      linking.links.push({ recordId: record.recordId, deviceId: device, evidence: isOwn ? [] : record.keys })
    known.addRecord(device, record.kind, source, true)
    for (const key of record.keys) known.addKey(key, device)
  }
  return linking
}

/** Writes what was decided. New devices themselves come later in the same transaction. */
export async function writeLinks(
  transaction: Transaction,
  author: Authorship,
  { links, merged }: Linking,
): Promise<void> {
  await insertLinks(transaction, author, links)
  for (const each of merged) await moveLinks(transaction, author, each.from, each.into, each.evidence)
}

function decide(
  source: string,
  known: KnownDevices,
  record: Unlinked,
  linking: Linking,
  fresh: number[],
): number | undefined {
  const candidates = known.candidates(record.keys)
  if (record.kind === 'sighting') {
    if (record.device !== undefined) return record.device
    const { device, isAmbiguous } = chooseForSighting(candidates)
    if (device !== undefined) return device
    return isAmbiguous || !record.mayStandAlone ? undefined : create(linking, fresh)
  }
  const choice = chooseForDevice(source, candidates, record.device)
  const device = choice.device ?? create(linking, fresh)
  for (const from of choice.merge) {
    linking.merged.push({ from, into: device, evidence: record.keys })
    known.merge(from, device)
  }
  if (choice.conflict.length > 0)
    linking.conflicts.push({ recordId: record.recordId, device, others: choice.conflict })
  return device
}

function create(linking: Linking, fresh: number[]): number {
  const id = fresh.shift()!
  linking.created.add(id)
  return id
}

const insertLinks = (transaction: Transaction, author: Authorship, links: readonly NewLink[]) =>
  bulkInsert(
    transaction,
    author.engine,
    'device_links',
    links.map((link) => ({
      record_id: link.recordId,
      device_id: link.deviceId,
      evidence: JSON.stringify(link.evidence),
      score: 1,
      decided_by: link.evidence.length > 0 ? 'rule:shared-key' : 'rule:own-device',
      decided_at: author.now,
      undone_at: null,
      undone_by: null,
    })),
  )

/** The placeholder's links are ended, not changed, so that the merge can be taken back exactly. */
async function moveLinks(
  transaction: Transaction,
  author: Authorship,
  from: number,
  into: number,
  evidence: string[],
): Promise<void> {
  const moved = await transaction
    .selectFrom('device_links')
    .select(['id', 'record_id'])
    .where('device_id', '=', from)
    .where('undone_at', 'is', null)
    .execute()
  await transaction
    .updateTable('device_links')
    .set({ undone_at: author.now, undone_by: `merge:${into}` })
    .where(
      idsIn(
        author.engine,
        'id',
        moved.map((row) => row.id),
      ),
    )
    .execute()
  await insertLinks(
    transaction,
    author,
    moved.map((row) => ({ recordId: row.record_id, deviceId: into, evidence })),
  )
  await transaction
    .updateTable('devices')
    .set((eb) => ({ merged_into: into, updated_at: author.now, version: eb('version', '+', 1) }))
    .where('id', '=', from)
    .execute()
  const difference = { before: { mergedInto: null }, after: { mergedInto: into } }
  await bulkInsert(transaction, author.engine, 'sync_history', [
    historyRow(author, { id: from, operation: 'merge' }, difference),
  ])
}
