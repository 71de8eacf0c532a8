import type { Database } from '#database/schema.ts'

/** The newest job of a kind, as far as upkeep needs to know it. */
export interface LastJob {
  status: string
  createdAt: string
  errorMessage: string | null
}

/** The newest job that does this; undefined when there is none. `by` looks only at those of one requester. */
export async function lastJob(db: Database, action: string, by?: string): Promise<LastJob | undefined> {
  const row = await db
    .selectFrom('jobs')
    .select(['status', 'created_at', 'error_message'])
    .where('action', '=', action)
    .$if(by !== undefined, (query) => query.where('requested_by', '=', by!))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return (
    row && {
      status: row.status,
      createdAt: row.created_at,
      errorMessage: row.error_message,
    }
  )
}
