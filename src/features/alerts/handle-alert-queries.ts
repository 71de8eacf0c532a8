import type { Database } from '#database/schema.ts'

/** What a person did with an alert, as a line of its course. */
export const insertEvent = (
  db: Database,
  event: { alert_id: number; at: string; kind: string; actor: string; message: string },
) => db.insertInto('alert_events').values(event).execute()

/** Notes who looks after an alert, or nobody; false when it is over or was so already. */
export async function setAcknowledged(
  db: Database,
  id: number,
  by: { at: string; actor: string } | null,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('alerts')
    .set({ acknowledged_at: by?.at ?? null, acknowledged_by: by?.actor ?? null })
    .where('id', '=', id)
    .where('state', '<>', 'resolved')
    .where('acknowledged_at', by === null ? 'is not' : 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Ends an alert of which nothing is heard; false for any other. */
export async function endUnknown(db: Database, id: number, now: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('alerts')
    .set({ state: 'resolved', importance: 0, resolved_at: now, resolution: 'person' })
    .where('id', '=', id)
    .where('state', '=', 'unknown')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
