import type { Database } from '#database/schema.ts'
import type { SelectionSubject } from '#features/alerts/select-subjects.ts'

export interface StoredSilence {
  id: number
  subject: SelectionSubject
  query: string | null
  ruleId: number | null
  alertId: number | null
  until: string
  reason: string
  createdBy: string
  createdAt: string
}

export async function listSilences(
  db: Database,
  filter: { after: string; beyond?: number | undefined; limit?: number | undefined },
): Promise<StoredSilence[]> {
  let query = db.selectFrom('silences').selectAll().where('until', '>', filter.after).orderBy('id')
  if (filter.beyond !== undefined) query = query.where('id', '>', filter.beyond)
  if (filter.limit !== undefined) query = query.limit(filter.limit)
  return (await query.execute()).map((row) => ({
    id: row.id,
    subject: row.subject === 'server' ? 'server' : 'device',
    query: row.query,
    ruleId: row.rule_id,
    alertId: row.alert_id,
    until: row.until,
    reason: row.reason,
    createdBy: row.created_by,
    createdAt: row.created_at,
  }))
}

export async function insertSilence(db: Database, silence: Omit<StoredSilence, 'id'>): Promise<number> {
  const { id } = await db
    .insertInto('silences')
    .values({
      subject: silence.subject,
      query: silence.query,
      rule_id: silence.ruleId,
      alert_id: silence.alertId,
      until: silence.until,
      reason: silence.reason,
      created_by: silence.createdBy,
      created_at: silence.createdAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function deleteSilences(
  db: Database,
  by: { id: number } | { alertId: number },
): Promise<number> {
  const query = db.deleteFrom('silences')
  const { numDeletedRows } = await (
    'id' in by ? query.where('id', '=', by.id) : query.where('alert_id', '=', by.alertId)
  ).executeTakeFirst()
  return Number(numDeletedRows)
}
