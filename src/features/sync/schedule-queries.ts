import type { Database } from '#database/schema.ts'
import type { SourceKey } from '#features/sync/source-queries.ts'
import { discoverySource } from '#features/sync/source-registry.ts'
import type { Timestamp } from '#kernel/clock.ts'

/** When the newest run of a source began; undefined when it never ran. */
export async function findLastStart(
  db: Database,
  { system, name }: SourceKey,
): Promise<Timestamp | undefined> {
  const row = await db
    .selectFrom('sync_runs')
    .select('started_at')
    .where('source_system', '=', system)
    .where('source_identifier', '=', name)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.started_at
}

/** The sources that a job waits to read, or is reading. */
export async function sourcesInWork(db: Database): Promise<Set<string>> {
  const rows = await db
    .selectFrom('jobs')
    .select(['action', 'parameters'])
    .where('status', 'in', ['pending', 'running', 'paused'])
    .where('action', 'in', ['sync', 'discover'])
    .execute()
  return new Set(
    rows.flatMap(({ action, parameters }) =>
      action === 'discover'
        ? [discoverySource]
        : ((JSON.parse(parameters) as { sources?: string[] }).sources ?? []),
    ),
  )
}

/** The actor of the keys below; no request ever comes from it. */
export const claimant = 'system:schedule'

const claimKey = (source: string, slot: Timestamp): string => `${source}@${slot}`

/**
 * Takes one scheduled time of a source for the caller alone, among all processes on the database; false when it is
 * taken. It is a key like those of repeated requests; of old ones the clean-up keeps the newest of each source.
 */
export async function claimSlot(
  db: Database,
  source: string,
  slot: Timestamp,
  now: Timestamp,
): Promise<boolean> {
  const result = await db
    .insertInto('idempotency_keys')
    .values({ actor: claimant, key: claimKey(source, slot), request_hash: '', created_at: now })
    .onConflict((conflict) => conflict.columns(['actor', 'key']).doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

/** Gives a scheduled time back when nothing came of it. */
export async function freeSlot(db: Database, source: string, slot: Timestamp): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('actor', '=', claimant)
    .where('key', '=', claimKey(source, slot))
    .execute()
}
