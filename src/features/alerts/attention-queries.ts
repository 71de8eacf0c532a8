import type { Database } from '#database/schema.ts'
import { ofVisibleDevices } from '#features/alerts/alert-list-queries.ts'
import type { Actor } from '#model/actor.ts'

/** What somebody should look at: open alerts that are nobody's consequence, kept quiet or looked after, the worst first. */
export const pressingAlerts = (
  db: Database,
  actor: Pick<Actor, 'tags'>,
  limit: number,
): Promise<{ id: number; title: string; severity: string; startedAt: string }[]> =>
  db
    .selectFrom('alerts')
    .select(['alerts.id', 'alerts.title', 'alerts.severity', 'alerts.started_at as startedAt'])
    .where(ofVisibleDevices(actor))
    .where('alerts.importance', '>=', 2)
    .where('alerts.suppressed_by', 'is', null)
    .where('alerts.acknowledged_at', 'is', null)
    .orderBy('alerts.importance', 'desc')
    .orderBy('alerts.started_at', 'desc')
    .limit(limit)
    .execute()
