import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import type { Linking, NewLink } from '#features/identity/link-records.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import { historyRow } from '#features/inventory/save-devices.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'

/** Writes what was decided. New devices themselves come later in the same transaction. */
export async function writeLinks(
  transaction: Transaction,
  author: Authorship,
  { links, ended, merged }: Linking,
): Promise<void> {
  const into = new Map(merged.map((each) => [each.from, each.into]))
  await endLinks(
    transaction,
    author,
    ended.map(({ recordId, from }) => ({
      recordId,
      by: into.has(from) ? `merge:${into.get(from)}` : 'rule:shared-key',
    })),
  )
  await insertLinks(transaction, author, links)
  for (const each of merged) await mergeDevice(transaction, author, each)
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
      score: 1,
      decided_by: link.evidence.length > 0 ? 'rule:shared-key' : 'rule:own-device',
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
      evidence: JSON.stringify(evidence),
      score: 1,
      decided_by: row.decided_by,
      decided_at: author.now,
      undone_at: null,
      undone_by: null,
    })),
  )
  // The name of its primary record is given up: the device it turned out to be may be named after the same one.
  await bulkUpdate(
    transaction,
    author.engine,
    'devices',
    ['id'],
    [
      {
        id: from,
        merged_into: into,
        source_system: 'merged',
        source_identifier: 'device',
        source_id: String(from),
        updated_at: author.now,
      },
    ],
  )
  await transaction
    .updateTable('devices')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', from)
    .execute()
  const difference = { before: { mergedInto: null }, after: { mergedInto: into } }
  await bulkInsert(transaction, author.engine, 'sync_history', [
    historyRow(author, { id: from, operation: 'merge' }, difference),
  ])
}
