import { bulkInsert } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import type { Linking, NewLink } from '#features/identity/link-records.ts'
import { moveBelongings, returnBelongings } from '#features/identity/merge-belongings.ts'
import { giveUpName, pointMerged } from '#features/identity/merge-queries.ts'
import { moveTold, namesOfRecords } from '#features/identity/told-queries.ts'
import { OwnPaths } from '#features/identity/own-changes.ts'
import { saveReviews } from '#features/identity/review-queries.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import { historyRow } from '#features/inventory/save-devices.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { OwnChanges } from '#features/identity/recompute-devices.ts'

/**
 * Writes what was decided. New devices themselves come later in the same transaction; gives what became of tags and
 * relationships of the others, which `recomputeDevices` writes. `computed` are the devices that it computes.
 */
export async function writeLinks(
  transaction: Transaction,
  author: Authorship,
  linking: Linking,
  computed: ReadonlySet<number>,
): Promise<OwnChanges> {
  const { links, ended, merged, revived } = linking
  const own = new OwnPaths()
  await returnBelongings(
    transaction,
    author,
    revived.map(({ device, from }) => ({ from: device, into: from })),
    'rule:parted',
    own,
  )
  for (const { device, from } of revived) await revive(transaction, author, device, from)
  const by = (rule: string) => `rule:${rule}`
  for (const each of merged) await moveBelongings(transaction, author, [each], by(each.evidence.rule), own)
  await endAll(transaction, author, linking)
  await insertLinks(transaction, author, links)
  for (const each of merged) await mergeDevice(transaction, author, each)
  await moveToldFacts(transaction, author, linking)
  await own.tellOthers(transaction, author, computed)
  await saveReviews(transaction, author, linking.reviews, linking.scope)
  return ended.length + merged.length + revived.length === 0 ? new Map() : own.changes()
}

async function endAll(transaction: Transaction, author: Authorship, linking: Linking): Promise<void> {
  const into = new Map(linking.merged.map((each) => [each.from, each.into]))
  const parted = new Map(linking.links.map((link) => [link.recordId, link.deviceId]))
  const back = new Set(linking.revived.map(({ device }) => device))
  await endLinks(
    transaction,
    author,
    linking.ended.map(({ recordId, from }) => {
      const to = parted.get(recordId)
      if (into.has(from)) return { recordId, by: `merge:${into.get(from)}` }
      return { recordId, by: to !== undefined && back.has(to) ? `unmerge:${to}` : 'rule:moved' }
    }),
  )
}

/** A link is ended, not changed, so that a merge can be taken back exactly. */
async function endLinks(
  transaction: Transaction,
  author: Authorship,
  ended: readonly { recordId: number; by: string }[],
): Promise<void> {
  for (const [by, records] of Map.groupBy(ended, (each) => each.by)) {
    await transaction
      .updateTable('device_links')
      .set({ undone_at: author.now, undone_by: by })
      .where(
        idsIn(
          author.engine,
          'record_id',
          records.map((each) => each.recordId),
        ),
      )
      .where('undone_at', 'is', null)
      .execute()
  }
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
      score: link.evidence.score,
      decided_by: `rule:${link.evidence.rule}`,
      decided_at: author.now,
      undone_at: null,
      undone_by: null,
    })),
  )

/** What a person put on the merged device goes along; the device itself stays, pointing at what it turned out to be. */
async function mergeDevice(
  transaction: Transaction,
  author: Authorship,
  { from, into, evidence }: Linking['merged'][number],
): Promise<void> {
  const rest = await transaction
    .selectFrom('device_links')
    .select(['record_id', 'decided_by'])
    .where('device_id', '=', from)
    .where('undone_at', 'is', null)
    .execute()
  await endLinks(
    transaction,
    author,
    rest.map((row) => ({ recordId: row.record_id, by: `merge:${into}` })),
  )
  await bulkInsert(
    transaction,
    author.engine,
    'device_links',
    rest.map((row) => ({
      record_id: row.record_id,
      device_id: into,
      evidence: JSON.stringify([`entered about device ${from}, which turned out to be this one`]),
      score: evidence.score,
      decided_by: row.decided_by,
      decided_at: author.now,
      undone_at: null,
      undone_by: null,
    })),
  )
  await giveUpName(transaction, from)
  await pointMerged(transaction, author, from, into)
  await tellMerged(transaction, author, 'merge', from, [null, into])
}

/** The device stands for itself again, with what people had entered about it. */
async function revive(
  transaction: Transaction,
  author: Authorship,
  device: number,
  from: number,
): Promise<void> {
  const entered = await transaction
    .selectFrom('device_links as before')
    .innerJoin('device_links as now', 'now.record_id', 'before.record_id')
    .innerJoin('source_records', 'source_records.id', 'before.record_id')
    .select(['before.record_id', 'before.evidence', 'before.score', 'before.decided_by'])
    .distinct()
    .where('source_system', '=', 'manual')
    .where('before.device_id', '=', device)
    .where('before.undone_by', '=', `merge:${from}`)
    .where('now.device_id', '=', from)
    .where('now.undone_at', 'is', null)
    .execute()
  await endLinks(
    transaction,
    author,
    entered.map((row) => ({ recordId: row.record_id, by: `unmerge:${device}` })),
  )
  await bulkInsert(
    transaction,
    author.engine,
    'device_links',
    entered.map((row) => ({
      ...row,
      device_id: device,
      decided_at: author.now,
      undone_at: null,
      undone_by: null,
    })),
  )
  await pointMerged(transaction, author, device, null)
  await tellMerged(transaction, author, 'unlink', device, [from, null])
}

async function tellMerged(
  transaction: Transaction,
  author: Authorship,
  operation: 'merge' | 'unlink',
  device: number,
  [before, after]: readonly [number | null, number | null],
): Promise<void> {
  const difference = { before: { mergedInto: before }, after: { mergedInto: after } }
  await bulkInsert(transaction, author.engine, 'sync_history', [
    historyRow(author, { id: device, operation }, difference),
  ])
}

/** Facts and configurations follow the record that they are of. */
async function moveToldFacts(transaction: Transaction, author: Authorship, linking: Linking): Promise<void> {
  const to = new Map(linking.links.map((link) => [link.recordId, link.deviceId]))
  const moved = linking.ended.flatMap(({ recordId, from }) =>
    to.has(recordId) ? [{ recordId, from, to: to.get(recordId)! }] : [],
  )
  for (const each of Map.groupBy(moved, (move) => `${move.from} ${move.to}`).values()) {
    const records = each.map((move) => move.recordId)
    const names = await namesOfRecords(transaction, author.engine, records)
    await moveTold(transaction, author.engine, names, each[0]!)
  }
}

/** Existing devices that the decision changes. */
export function touchedBy(linking: Linking): number[] {
  const touched = new Set<number>()
  for (const { from } of linking.ended) touched.add(from)
  for (const { deviceId } of linking.links) touched.add(deviceId)
  for (const { from, into } of linking.merged) touched.add(from).add(into)
  for (const { device, from } of linking.revived) touched.add(device).add(from)
  return [...touched].filter((id) => !linking.created.has(id))
}
