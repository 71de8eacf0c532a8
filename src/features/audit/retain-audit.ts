import { randomUUID } from 'node:crypto'
import { append } from '#features/audit/append-audit.ts'
import { claimPlaces, engineOf } from '#features/audit/chain-queries.ts'
import { readLine, readPage, readRanges } from '#features/audit/page-queries.ts'
import { keptFrom, signRange } from '#features/audit/range-record.ts'
import { lastBefore, removedUntil, replaceByRange } from '#features/audit/removal-queries.ts'
import { purgeComplaint, Walk } from '#features/audit/walk-chain.ts'
import type { Context } from '#features/context.ts'
import type { Timestamp } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import type { Transaction } from '#database/schema.ts'

type Part = Pick<Context, 'db' | 'reports' | 'clock' | 'secrets'>

/** Lines that go in one transaction: the writer is free again after some milliseconds. */
const batch = 2_000

/** How many lines from the beginning on are older than a time. Where every line is, the last one stays. */
export async function countOldLines(
  { reports }: Pick<Context, 'reports'>,
  before: Timestamp,
  signal?: AbortSignal,
): Promise<number> {
  return Math.max(0, (await lastOld(reports, before, signal)) - (await removedUntil(reports)))
}

async function lastOld(
  reports: Context['reports'],
  before: Timestamp,
  signal?: AbortSignal,
): Promise<number> {
  const last = await lastBefore(reports, before, signal)
  if (last !== undefined) return last
  const { id } = await reports
    .selectFrom('audit_logs')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirstOrThrow()
  return Number(id ?? 0) - 1
}

/**
 * Removes the beginning of the trail that is older than a time, in short transactions, and keeps a signed record from
 * which the rest can still be proved. Gives how many lines went. Throws CONFLICT at a line that is not what was
 * written: nothing is removed that could still tell of it.
 */
export async function removeOldLines(
  part: Part,
  { before, by }: { before: Timestamp; by: string },
  signal: AbortSignal,
): Promise<number> {
  const until = await lastOld(part.reports, before, signal)
  const first = (await removedUntil(part.db)) + 1
  if (until < first) return 0
  const removedAt = part.clock.now()
  await part.db.transaction().execute((transaction) =>
    append(transaction, part.clock, [
      {
        actor: by,
        operation: 'audit.retain',
        message: `${by} removes lines ${first} to ${until}, which are older than ${before}`,
        eventType: 'state_change',
        details: { first, last: until, before },
      },
    ]),
  )
  let removed = 0
  for (let isMore = true; isMore;) {
    signal.throwIfAborted()
    const count = await part.db
      .transaction()
      .execute((transaction) => removeSome(transaction, part, { first, until, removedAt, by }))
    removed += count
    isMore = count === batch
  }
  return removed
}

async function removeSome(
  transaction: Transaction,
  { secrets }: Part,
  { first, until, removedAt, by }: { first: number; until: number; removedAt: Timestamp; by: string },
): Promise<number> {
  const { databaseId } = await claimPlaces(transaction, 0, randomUUID())
  const ranges = await readRanges(transaction)
  const kept = keptFrom(secrets, databaseId, ranges)
  if ('bad' in kept) throw damaged(kept.bad)
  const walk = new Walk(
    { id: kept.removedUntil, hash: kept.hash, purged: new Map(kept.purged) },
    { marks: [] },
  )
  const place = { after: walk.id, until, limit: batch }
  const { bytes, places } = await readPage(transaction, engineOf(transaction), place)
  if (places.length === 0) return 0
  const broken = walk.take(bytes, places)
  if (broken) throw damaged(broken)
  for (const told of walk.toldPurges()) {
    const bad = purgeComplaint(told, await readLine(transaction, told.id))
    if (bad) throw damaged(bad)
  }
  const before = ranges.find((range) => range.first_id === first)
  await replaceByRange(
    transaction,
    signRange(secrets, databaseId, {
      first_id: first,
      last_id: walk.id,
      hash_before: before?.hash_before ?? kept.hash,
      last_hash: walk.hash,
      events: walk.id - first + 1,
      purged: JSON.stringify(Object.fromEntries(walk.purged)),
      removed_at: removedAt,
      removed_by: by,
    }),
  )
  return places.length
}

const damaged = ({ id }: { id: number }): AppError =>
  new AppError(
    'CONFLICT',
    `Line ${id} of the audit trail is not what was written, so nothing of it is removed`,
    {
      hint: 'rollcall audit verify says what is wrong with it.',
    },
  )
