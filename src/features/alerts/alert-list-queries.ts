import type { Expression, ExpressionBuilder, Selectable, SqlBool } from 'kysely'
import type { AlertsTable } from '#database/schema-alerts.ts'
import type { Database, Schema } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { AlertItem, AlertTimeline } from '#features/alerts/alert-shapes.ts'
import type { DeviceFilter } from '#features/inventory/device-list-queries.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

/** A condition on `alerts`: those of devices that the actor may see; what is of no device is for who sees all. */
export const ofVisibleDevices =
  (actor: Pick<Actor, 'tags'>) =>
  (eb: ExpressionBuilder<Schema, 'alerts'>): Expression<SqlBool> =>
    actor.tags === undefined
      ? eb.lit(true)
      : eb(
          'alerts.device_id',
          'in',
          eb.selectFrom('devices').select('devices.id').where(visibleDevices(actor)),
        )

export interface AlertFilter {
  open?: boolean | undefined
  severity?: string | undefined
  state?: string | undefined
  rule?: number | undefined
  server?: string | undefined
  device?: number | undefined
  devices?: DeviceFilter | undefined
  /** Began at this time or later. */
  from?: string | undefined
  /** Began before this time. */
  to?: string | undefined
  /** Only those of this cause. */
  cause?: number | undefined
  /** Leaves out what is a consequence of another that is shown. */
  isGrouped?: boolean | undefined
}

type Position = [importance: number, startedAt: string, id: number]

/** Open ones first, the worst and the newest first. */
export async function listAlerts(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  filter: AlertFilter,
  page: { after?: Position | undefined; limit: number },
): Promise<{ item: AlertItem; position: Position }[]> {
  let query = filtered(db, actor, filter)
    .selectAll('alerts')
    .orderBy('importance', 'desc')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
  if (page.after !== undefined) {
    const [importance, startedAt, id] = page.after
    query = query.where((eb) =>
      eb.or([
        eb('importance', '<', importance),
        eb.and([eb('importance', '=', importance), eb('started_at', '<', startedAt)]),
        eb.and([eb('importance', '=', importance), eb('started_at', '=', startedAt), eb('id', '<', id)]),
      ]),
    )
  }
  const rows = await query.execute()
  const visible = await visibleCauses(db, actor, rows)
  return rows.map((row) => ({
    item: toItem(row, visible),
    position: [row.importance, row.started_at, row.id],
  }))
}

export async function countAlerts(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  filter: AlertFilter,
): Promise<number> {
  const { count } = await filtered(db, actor, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

function filtered(db: Database, actor: Pick<Actor, 'tags'>, filter: AlertFilter) {
  let query = db.selectFrom('alerts').where(ofVisibleDevices(actor))
  if (filter.open !== undefined) query = query.where('state', filter.open ? '<>' : '=', 'resolved')
  if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.rule !== undefined) query = query.where('rule_id', '=', filter.rule)
  if (filter.server !== undefined) query = query.where('server_id', '=', filter.server)
  if (filter.device !== undefined) query = query.where('device_id', '=', filter.device)
  if (filter.cause !== undefined) query = query.where('cause_id', '=', filter.cause)
  if (filter.from !== undefined) query = query.where('started_at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('started_at', '<', filter.to)
  const { devices } = filter
  if (devices?.where !== undefined) {
    const { where } = devices
    query = query.where('device_id', 'in', (eb) => eb.selectFrom('devices').select('devices.id').where(where))
  }
  if (filter.isGrouped)
    query = query.where((eb) =>
      eb.or([
        eb('alerts.cause_id', 'is', null),
        eb(
          'alerts.cause_id',
          'not in',
          eb
            .selectFrom('alerts as causes')
            .select('causes.id')
            .where('causes.state', '<>', 'resolved')
            .$if(actor.tags !== undefined, (causes) =>
              causes.where(
                'causes.device_id',
                'in',
                eb.selectFrom('devices').select('devices.id').where(visibleDevices(actor)),
              ),
            ),
        ),
      ]),
    )
  return query
}

/** Which of the causes somebody may know of. */
async function visibleCauses(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  rows: readonly Selectable<AlertsTable>[],
): Promise<ReadonlySet<number>> {
  const ids = [...new Set(rows.flatMap(({ cause_id }) => (cause_id === null ? [] : [cause_id])))]
  if (actor.tags === undefined || ids.length === 0) return new Set(ids)
  const found = await db
    .selectFrom('alerts')
    .select('id')
    .where('id', 'in', ids)
    .where(ofVisibleDevices(actor))
    .execute()
  return new Set(found.map(({ id }) => id))
}

/** One alert that the actor may see; throws NOT_FOUND. */
export async function findAlert(db: Database, actor: Pick<Actor, 'tags'>, id: number): Promise<AlertItem> {
  const row = await db
    .selectFrom('alerts')
    .selectAll('alerts')
    .where('alerts.id', '=', id)
    .where(ofVisibleDevices(actor))
    .executeTakeFirst()
  if (row) return toItem(row, await visibleCauses(db, actor, [row]))
  throw new AppError('NOT_FOUND', `There is no alert ${id}`)
}

const toItem = (row: Selectable<AlertsTable>, visible: ReadonlySet<number>): AlertItem => ({
  id: row.id,
  title: row.title,
  severity: row.severity as AlertItem['severity'],
  state: row.state as AlertItem['state'],
  kind: row.kind,
  rule: row.rule_id === null ? null : { id: row.rule_id, name: row.rule_name },
  subject: row.subject,
  subjectName: row.subject_name,
  part: row.part,
  serverId: row.server_id,
  deviceId: row.device_id,
  value: row.value,
  threshold: row.threshold,
  suppressedBy: row.suppressed_by as AlertItem['suppressedBy'],
  causeId: row.cause_id !== null && visible.has(row.cause_id) ? row.cause_id : null,
  affected: row.affected,
  flapping: Boolean(row.flapping),
  startedAt: row.started_at,
  changedAt: row.changed_at,
  resolvedAt: row.resolved_at,
  resolution: row.resolution as AlertItem['resolution'],
  acknowledgedAt: row.acknowledged_at,
  acknowledgedBy: row.acknowledged_by,
  toldAt: row.told_at,
})

/** What became of an alert, the newest first. */
export const listTimeline = (
  db: Database,
  alert: number,
  page: { before?: number | undefined; limit: number },
): Promise<AlertTimeline[]> => {
  let query = db
    .selectFrom('alert_events')
    .select(['id', 'at', 'kind', 'actor as by', 'message'])
    .where('alert_id', '=', alert)
    .orderBy('id', 'desc')
    .limit(page.limit)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  return query.execute()
}
