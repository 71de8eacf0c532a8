import type { Database } from '#database/schema.ts'
import type { Timestamp } from '#kernel/clock.ts'

export interface KeptAnswer {
  requestHash: string
  /** Absent while the first request is still running, or when its outcome was lost. */
  status: number | undefined
  /** Sealed. */
  response: string | undefined
}

/** Takes a key; false when somebody has it already. */
export async function takeKey(
  db: Database,
  row: { actor: string; key: string; requestHash: string; now: Timestamp },
): Promise<boolean> {
  const result = await db
    .insertInto('idempotency_keys')
    .values({ actor: row.actor, key: row.key, request_hash: row.requestHash, created_at: row.now })
    .onConflict((conflict) => conflict.columns(['actor', 'key']).doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

export async function findKey(db: Database, actor: string, key: string): Promise<KeptAnswer | undefined> {
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', 'response'])
    .where('actor', '=', actor)
    .where('key', '=', key)
    .executeTakeFirst()
  return (
    row && {
      requestHash: row.request_hash,
      status: row.status ?? undefined,
      response: row.response ?? undefined,
    }
  )
}

export async function keepAnswer(
  db: Database,
  actor: string,
  key: string,
  answer: { status: number; response: string },
): Promise<void> {
  await db
    .updateTable('idempotency_keys')
    .set(answer)
    .where('actor', '=', actor)
    .where('key', '=', key)
    .execute()
}

export async function freeKey(db: Database, actor: string, key: string): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('actor', '=', actor).where('key', '=', key).execute()
}

/** Forgets keys of requests made before a time; those without a request are claimed times of schedules. */
export async function forgetKeys(db: Database, before: Timestamp): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', before)
    .where('request_hash', '<>', '')
    .execute()
}
