import { sql } from 'kysely'
import { previousHash } from '#features/audit/page-queries.ts'
import { purgeOperation } from '#features/audit/purge-digest.ts'
import type { AuditLogsTable, AuditRangesTable, Database, Transaction } from '#database/schema.ts'
import type { Timestamp } from '#kernel/clock.ts'

/** The last line before the first one of a time or later; undefined where none is as new. */
export async function lastBefore(
  db: Database,
  time: Timestamp,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('audit_logs')
    .select('id')
    .where('timestamp', '>=', time)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst({ signal })
  return row && row.id - 1
}

/** The last line that retention removed; 0 where none was. */
export async function removedUntil(db: Database): Promise<number> {
  const row = await db
    .selectFrom('audit_ranges')
    .select((eb) => eb.fn.max('last_id').as('last'))
    .executeTakeFirst()
  return Number(row?.last ?? 0)
}

/** Deletes lines up to one and keeps the signed record of them, in the place of one that begins with the same line. */
export async function replaceByRange(transaction: Transaction, range: AuditRangesTable): Promise<void> {
  await transaction.deleteFrom('audit_logs').where('id', '<=', range.last_id).execute()
  await transaction.deleteFrom('audit_ranges').where('first_id', '=', range.first_id).execute()
  await transaction.insertInto('audit_ranges').values(range).execute()
}

const unpurged = (jobId: number) => sql<boolean>`
  job_id = ${jobId} and removed_by is null and (operation is null or operation <> ${purgeOperation})`

/** Lines of a job that still have their words, after an id, with the hash of the line before each. */
export const wordsOfJob = (
  transaction: Transaction,
  jobId: number,
  after: number,
  limit: number,
): Promise<(AuditLogsTable & { previous: string })[]> =>
  transaction
    .selectFrom('audit_logs')
    .selectAll()
    .select(previousHash.as('previous'))
    .where(unpurged(jobId))
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()

/** Whether more than so many lines of a job after an id still have their words. */
export async function hasMoreWords(
  db: Database,
  jobId: number,
  { after, than }: { after: number; than: number },
): Promise<boolean> {
  const line = await db
    .selectFrom('audit_logs')
    .select('id')
    .where(unpurged(jobId))
    .where('id', '>', after)
    .orderBy('id')
    .offset(than)
    .limit(1)
    .executeTakeFirst()
  return line !== undefined
}

/** Takes the words of a job's lines after one and up to another. */
export async function takeWords(
  transaction: Transaction,
  jobId: number,
  { after, until, removedBy }: { after: number; until: number; removedBy: number },
): Promise<void> {
  await transaction
    .updateTable('audit_logs')
    .set({ message: '', details: null, actor: '', subject: null, removed_by: removedBy })
    .where(unpurged(jobId))
    .where('id', '>', after)
    .where('id', '<=', until)
    .execute()
}
